"""What people think the programme should do better."""

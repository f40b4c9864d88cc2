"""People suggest what the programme should do better; HR reads what they share."""

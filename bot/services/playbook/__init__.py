"""What a programme teaches the next one."""

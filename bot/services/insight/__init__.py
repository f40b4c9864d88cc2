"""What HR hears: numbers, trouble ahead, one person's concern."""

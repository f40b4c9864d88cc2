"""HR sets a programme up, fills it, opens and closes it."""

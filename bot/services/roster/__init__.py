"""HR's list of people: import, managers."""

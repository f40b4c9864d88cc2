"""Learning log, action cards, and thanks."""

"""Busy hours: the link of one's own calendar."""

"""Busy hours from people's calendars."""

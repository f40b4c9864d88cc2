"""Calendars that people named: fetching them safely, and reading busy hours from them."""

"""Surveys before, at the end, and 90 days later."""

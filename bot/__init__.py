"""Balik: reverse mentoring in Slack."""

__version__ = "0.3.0.dev0"

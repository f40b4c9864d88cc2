"""Balik: reverse mentoring in Slack."""

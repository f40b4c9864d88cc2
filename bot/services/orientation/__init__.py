"""Orientation for mentors, briefing for leaders."""

"""Mentors' circles."""

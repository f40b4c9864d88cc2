"""Mentors as buddies of each other."""

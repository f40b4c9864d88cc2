"""Concerns, pairs at risk, pauses, and parting."""

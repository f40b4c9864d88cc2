"""Booking, preparing and reminding of sessions."""

"""Invitations to sessions by mail, and their cancellations."""

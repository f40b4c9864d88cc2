"""The announcement and the count of sign-ups."""

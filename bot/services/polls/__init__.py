"""Questions after a session."""

"""Live kick-off sessions."""

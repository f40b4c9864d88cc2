"""HR invites people by name to take part in a programme."""

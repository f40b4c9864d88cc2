"""HR invites people by name, and they answer."""

"""Every kind of message of the outbox: its name, its key, what is stored with it, and what applies to it."""

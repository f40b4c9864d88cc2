"""Thousands of messages, and processes that are killed and stopped while they send them. `make soak` runs it."""

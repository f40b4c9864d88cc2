"""Outbox worker: sends each message exactly once."""

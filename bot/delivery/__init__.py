"""Outbox worker: sends each message once."""

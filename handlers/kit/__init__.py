"""Shared by all listeners: requests, forms, blocks, messages."""

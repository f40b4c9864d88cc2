"""Notices to HR and the operator about what went wrong."""

"""Notices to HR and the operator about failures."""

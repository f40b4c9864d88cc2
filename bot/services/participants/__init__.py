"""Everybody's own place in a programme: to join, prepare, pause, leave, be forgotten."""

"""Simulates a whole programme on the local Slack, with people of different behaviours, and records what happened."""

"""Slack accounts: profiles, language, deactivation."""

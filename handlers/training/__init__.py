"""Slack listeners, forms, views and messages of the feature "training"."""

"""Slack listeners, forms and views of the feature "own_questions"."""

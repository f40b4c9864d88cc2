"""A strict local Slack: Web API, Socket Mode and a page to act through. Imports nothing of ours."""

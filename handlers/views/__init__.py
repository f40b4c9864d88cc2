"""Block Kit: what services return, as Slack shows it."""

"""Everything that calls Slack's Web API."""

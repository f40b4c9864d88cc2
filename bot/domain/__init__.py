"""Pure rules of the programme: no Slack, no database, no clock, no environment."""

"""`python -m bot match`: the matching from a spreadsheet, without Slack and without a database."""

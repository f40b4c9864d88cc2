"""`python -m bot match`: pairs from a spreadsheet, without Slack."""

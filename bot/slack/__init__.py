"""What the bot knows of Slack's Web API: its error codes and its answers."""

"""HTTP endpoints, logging, and the process that runs the bot."""

"""`python -m bot doctor`: checks the bot's environment. Each problem is one line: what is wrong, and who does what."""

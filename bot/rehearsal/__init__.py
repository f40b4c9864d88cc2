"""Plays a whole programme on the local Slack, with people of different characters, and writes down what happened."""

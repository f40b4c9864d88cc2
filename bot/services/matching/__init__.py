"""From the first draft of pairs to their release."""

"""From HR's first draft of pairs to their release, and back again."""

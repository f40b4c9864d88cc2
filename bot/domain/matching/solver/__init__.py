"""An exact assignment solver for a few people or ten thousand: see docs/matching.md for how it works and why."""

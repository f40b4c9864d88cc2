"""A pair's agreement and goals."""

"""HR's list of who takes part, and what HR does for one of them."""

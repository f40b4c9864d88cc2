"""Who takes part: HR's list of everyone who signed up, and what HR does for one of them."""

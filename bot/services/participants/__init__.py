"""Who takes part: HR's list of everybody who signed up, and what HR does for one of them."""

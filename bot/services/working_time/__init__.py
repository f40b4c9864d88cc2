"""A person's own working time: days, hours, breaks, holidays, and days away."""

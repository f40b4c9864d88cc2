"""What was filled in: a submission becomes a typed object, or errors at its fields."""

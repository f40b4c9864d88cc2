"""People nominate colleagues as mentors, and HR reads it."""

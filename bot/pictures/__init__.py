"""Charts and certificates as pictures, drawn in the worker process."""

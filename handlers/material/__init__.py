"""HR's links to the company's own material."""

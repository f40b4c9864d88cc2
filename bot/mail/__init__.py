"""Mail: how it is written, and handed to a server."""

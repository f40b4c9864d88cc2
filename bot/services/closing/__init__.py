"""End of a programme: closing messages, certificates, stories."""

"""Every text a person reads, by language."""

"""Invitations to sessions by mail: their words, and what a person hears when their address takes none."""

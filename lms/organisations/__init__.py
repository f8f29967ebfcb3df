"""Units (ormas, their chapters, Polda, Polres, Polsek), who belongs where, and invitations to join."""

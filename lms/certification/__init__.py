"""Programmes and levels, who is certified and when that changes, and the certificate as a record."""

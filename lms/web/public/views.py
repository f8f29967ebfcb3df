"""Everybody: home, sign-in, joining, reset, the public answer to a code."""

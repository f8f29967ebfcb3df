"""Joins lessons, questions and drill of a module into one draft, checks it, and freezes it as a hashed version."""

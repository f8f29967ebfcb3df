"""Assessors: drills and sign-offs."""

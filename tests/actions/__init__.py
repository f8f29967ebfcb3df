"""Tests of actions and queries on a real database."""

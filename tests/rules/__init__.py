"""Tests of the rules: pure, no database."""

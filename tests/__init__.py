"""Tests of Jaga."""

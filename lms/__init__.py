"""Jaga: training and certification of ormas members who take part in Jaga Jakarta."""

__version__ = "0.1.0"

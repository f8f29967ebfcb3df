"""Stewards: people, units, programmes, certificates, audit."""

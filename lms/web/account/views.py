"""Whoever is signed in: name, password or PIN, devices, second factor."""

"""Catalogues of the interface: Bahasa Indonesia is the source language, English beside it."""

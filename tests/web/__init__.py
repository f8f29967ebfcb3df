"""Tests of the pages through the WSGI application."""

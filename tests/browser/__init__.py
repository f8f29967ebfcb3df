"""Tests in headless Chromium against a running server."""

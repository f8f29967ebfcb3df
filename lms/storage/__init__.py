"""Bytes of PDFs and pictures, kept in the database by their SHA-256, so that nodes stay stateless."""

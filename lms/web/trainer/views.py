"""Trainers: modules, members' progress, marking desk."""

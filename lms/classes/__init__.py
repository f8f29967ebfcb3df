"""Trainers' classes: who is in them, their sessions with attendance, questions from lessons, surveys after modules."""

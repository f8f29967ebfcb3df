"""Members: lessons, exams, certificate."""

"""Question kinds, the bank, exams: papers, attempts, answers and marks."""

"""Files of exam items that other systems write and read: one file for each format.

Every format has read(content) -> Parsed and, where items can leave in it, write(questions, pictures) -> bytes. A
question is a dictionary in the shape of questions.yaml (docs/course-format.md), scenarios included; what a file does
not say (lesson, objective, clause, difficulty, reasons) is missing, and the workshop asks for it. Nothing is dropped
silently: each item of a file was imported, changed with reasons, or refused with its line and reason.
"""

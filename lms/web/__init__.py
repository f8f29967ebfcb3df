"""The pages, arranged by who comes; a door is guarded once."""

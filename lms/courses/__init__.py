"""Modules and lessons in immutable versions, the register of SOPs and of changing facts, and who has read what."""

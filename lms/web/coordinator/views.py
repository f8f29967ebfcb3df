"""Coordinators of an ormas: members, progress, invitations, resets."""

"""Observed drills: rubric with critical criteria, the assessor's draft on the phone, and the sign-off."""

"""The overseer: statistics, look-ups, appointments."""

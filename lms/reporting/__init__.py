"""Progress, programme statistics, exports and the invariants: what is read across capabilities."""

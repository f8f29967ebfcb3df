"""Who looked at or did what: rows that only ever grow, written in the transaction of the act itself."""

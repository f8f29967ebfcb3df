"""The append-only, hash-chained Merkle tree (RFC 6962) of certification events: ids, hashes and times, no names."""

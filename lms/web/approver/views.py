"""Police approvers: evidence desk, issue, revocation by two."""

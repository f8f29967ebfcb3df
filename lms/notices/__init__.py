"""Messages to people as an outbox: stored once, shown on their home, carried on by adapters that come later."""

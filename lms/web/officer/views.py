"""Police officers: checking a certificate, suspending it."""

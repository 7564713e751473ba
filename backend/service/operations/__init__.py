"""What operators see and what keeps the service healthy."""

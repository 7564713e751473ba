"""Health, metrics and maintenance of the service."""

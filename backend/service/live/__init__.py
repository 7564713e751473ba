"""Live updates and notifications."""

"""Settings and the clients of the outside world; imports no other layer."""

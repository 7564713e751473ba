"""HTTP: parse the request, make one call, shape the answer."""

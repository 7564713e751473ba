"""Middleware around every request: request ids, security headers, hosts, overload, rate limits, caching.

`api/app.py` puts it in order.
You need not open this to write a feature.
"""

# The modules that other areas of this layer may import.
__all__ = ["caching", "requests", "security_headers"]

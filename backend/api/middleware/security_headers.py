"""Headers that tell browsers what pages and answers may do."""

from starlette.datastructures import Headers

from api.middleware.raw_headers import RawHeaders

API_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def security_headers(*, sends_hsts: bool) -> RawHeaders:
    """Return the headers of every response that has none of their own."""
    headers = {
        "Content-Security-Policy": API_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if sends_hsts:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"  # ASVS 5.0, 3.4.1: a year
    return Headers(headers).raw

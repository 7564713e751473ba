"""Looks at how users reach the product: its address, its certificate, its proxies, and its metrics."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx

from core.addresses import end_of_certificate, is_loopback, is_unknown_authority, url_host
from core.settings import Settings
from service.operations.checks.finding import Finding, Installation, failed, ok, warning

REQUEST_SECONDS = 4
# Clients of certificate authorities renew a month before the end.
CERTIFICATE_DAYS = 14


async def check_settings(installation: Installation) -> Sequence[Finding]:
    """Report the environment of the settings. Errors in them are found before any check runs."""
    settings = installation.settings
    return [ok("settings", f"{settings.environment}, {settings.public_origin}, listening on {settings.host}")]


async def check_proxies(installation: Installation) -> Sequence[Finding]:
    """Look whether TRUSTED_PROXIES can be right."""
    settings, networks = installation.settings, installation.settings.trusted_networks
    if any(network.prefixlen == 0 for network in networks):
        text = "TRUSTED_PROXIES trusts all addresses, so clients can claim any address."
        return [failed("proxies", text, "name the networks of your proxies")]
    if settings.is_production and is_loopback(settings.host) and not any(each.is_loopback for each in networks):
        text = f"HOST is {settings.host}, and TRUSTED_PROXIES has no address of this machine."
        return [warning("proxies", text, "set HOST to an address that your proxy reaches, or trust 127.0.0.1/32")]
    return [ok("proxies", ", ".join(map(str, networks)) or "none; clients connect directly")]


async def check_address(installation: Installation) -> Sequence[Finding]:
    """Ask the product by the address of its users, and look at the certificate."""
    settings = installation.settings
    if settings.public_url is None:
        return [ok("address", f"PUBLIC_URL is not set; links begin with {settings.public_origin}")]
    try:
        async with await _client() as client, client.stream("GET", f"{settings.api_origin}/api/health") as response:
            certificate = _certificate(response)
            found = _is_ours(await response.aread(), response)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return [_no_answer(settings.api_origin, error)]
    return [_answer(settings, is_ours=found), *certificate]


def _no_answer(origin: str, error: Exception) -> Finding:
    if is_unknown_authority(error):
        text = f"This machine does not trust the authority that signed the certificate of {origin}."
        return warning("address", text, "open the address in a browser that trusts the authority")
    text = f"{origin} does not answer ({str(error) or type(error).__name__})."
    return warning("address", text, "start the API and its proxy; this machine may not reach them by this name")


def _answer(settings: Settings, *, is_ours: bool) -> Finding:
    if is_ours:
        return ok("address", f"{settings.api_origin} answers")
    text = f"{settings.api_origin} is answered by something else."
    return warning("address", text, "let the proxy pass /api/ on to the API, and `Host` along with it")


def _is_ours(body: bytes, response: httpx.Response) -> bool:
    return response.status_code == httpx.codes.OK and "x-request-id" in response.headers and b'"status"' in body


def _certificate(response: httpx.Response) -> Sequence[Finding]:
    tls: Any = response.extensions["network_stream"].get_extra_info("ssl_object")
    if tls is None:
        return []
    left = end_of_certificate(tls.getpeercert()) - datetime.now(UTC)
    if left < timedelta(days=CERTIFICATE_DAYS):
        return [warning("certificate", f"It expires in {left.days} days.", "renew it")]
    return [ok("certificate", f"valid for {left.days} days")]


async def check_metrics(installation: Installation) -> Sequence[Finding]:
    """Look whether a scraper gets the metrics."""
    settings = installation.settings
    if settings.metrics_token is None and settings.metrics_port is None:
        if settings.is_production:
            return [warning("metrics", "They are off.", "set METRICS_PORT, or METRICS_TOKEN to at least 32 characters")]
        return [ok("metrics", "open in development")]
    address = f"{_metrics_server(settings)}/metrics"
    try:
        async with await _client() as client:
            response = await client.get(address, headers=_headers(settings))
    except httpx.HTTPError:
        setting = "PORT" if settings.metrics_port is None else "METRICS_PORT"
        return [ok("metrics", f"they are on, but not tried: no API answers at {address}, where {setting} leads")]
    if response.status_code != httpx.codes.OK:
        text = f"The API here answers {response.status_code} at {address}."
        return [warning("metrics", text, "restart it with these settings")]
    return [ok("metrics", f"{address} answers")]


def _metrics_server(settings: Settings) -> str:
    if settings.metrics_port is None:
        return settings.local_url
    return f"http://{url_host(settings.metrics_host)}:{settings.metrics_port}"


def _headers(settings: Settings) -> Mapping[str, str]:
    host = {"Host": urlsplit(settings.api_origin).hostname or ""}
    token = settings.metrics_token
    return host if token is None else {**host, "Authorization": f"Bearer {token.get_secret_value()}"}


async def _client() -> httpx.AsyncClient:
    tls = await asyncio.to_thread(httpx.create_ssl_context)  # it reads the certificate authorities
    return httpx.AsyncClient(timeout=REQUEST_SECONDS, trust_env=False, verify=tls)

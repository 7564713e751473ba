"""Whose address a request counts for: X-Forwarded-For is believed only where our own proxies wrote it."""

from ipaddress import ip_network

import pytest
from starlette.requests import Request

from api.middleware.client_address import ClientAddresses

PROXIES = ClientAddresses([ip_network("10.0.0.0/8"), ip_network("fd00::/8")])


def _request(peer: str | None, *forwarded: str, header: str = "x-forwarded-for", **others: str) -> Request:
    lines = [(header, line) for line in forwarded] + [(name.replace("_", "-"), line) for name, line in others.items()]
    headers = [(name.encode(), line.encode()) for name, line in lines]
    return Request({"type": "http", "headers": headers, "client": (peer, 1) if peer else None})


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["1.2.3.4, 198.51.100.1, 10.0.0.3"], "198.51.100.1"),
        ("10.0.0.2", ["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["10.0.0.7"], "10.0.0.7"),
        ("10.0.0.2", ["nonsense"], None),
        ("10.0.0.2", ["unknown"], None),
        ("10.0.0.2", ["198.51.100.1, _hidden"], None),
        ("10.0.0.2", [""], None),
        ("10.0.0.2", ["203.0.113.7:51234"], "203.0.113.7"),
        ("10.0.0.2", ["198.51.100.9, 203.0.113.7:51234, 10.0.0.3:80"], "203.0.113.7"),
        ("10.0.0.2", ["[2001:db8::7]:443"], "2001:db8::7"),
        ("10.0.0.2", ["[2001:db8::7]"], "2001:db8::7"),
        ("10.0.0.2", ['"[2001:db8::7]:443"'], "2001:db8::7"),
        ("10.0.0.2", ["fe80::1%eth0"], "fe80::1"),
        ("10.0.0.2", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["[::ffff:198.51.100.1]:443, ::ffff:10.0.0.3"], "198.51.100.1"),
        ("10.0.0.2", [], "10.0.0.2"),
        ("fd00::1", ["2001:db8::5"], "2001:db8::5"),
        ("::ffff:10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        (None, ["198.51.100.1"], None),
    ],
)
def test_the_address_is_the_last_one_that_is_not_ours(
    peer: str | None, forwarded: list[str], address: str | None
) -> None:
    assert PROXIES.client_of(_request(peer, *forwarded)).address == address


def test_without_proxies_of_ours_the_header_is_worth_nothing() -> None:
    assert ClientAddresses([]).client_of(_request("203.0.113.9", "198.51.100.1")).address == "203.0.113.9"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (["for=198.51.100.1"], "198.51.100.1"),
        (['For="[2001:db8:cafe::17]:4711";proto=https;by=10.0.0.2'], "2001:db8:cafe::17"),
        (["for=1.2.3.4, for=198.51.100.1;proto=http, proto=https;for=10.0.0.3"], "198.51.100.1"),
        (["for=1.2.3.4", 'for="198.51.100.1:4711"'], "198.51.100.1"),
        (["for=unknown"], None),
        (['for="_gazonk"'], None),
        (["for=198.51.100.1, proto=https"], None),
        (["nonsense"], None),
    ],
)
def test_the_standard_header_is_read_where_the_usual_one_is_missing(forwarded: list[str], address: str | None) -> None:
    request = _request("10.0.0.2", *forwarded, header="forwarded")
    assert PROXIES.client_of(request).address == address


def test_a_standard_header_that_a_proxy_merely_passed_on_is_not_believed() -> None:
    request = _request("10.0.0.2", "198.51.100.1", forwarded="for=1.2.3.4")
    assert PROXIES.client_of(request).address == "198.51.100.1"


@pytest.mark.parametrize("peer", ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"])
def test_the_addresses_of_one_ipv6_network_are_one_sender(peer: str) -> None:
    assert ClientAddresses([]).client_of(_request(peer)).network == "2001:db8:1:2::/64"

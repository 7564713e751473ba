"""Makes accounts for the load test, or deletes them again. Standard library only.

    python accounts.py --host https://app.example.com --domain load.example.com --count 50 > accounts.csv
    python accounts.py --host https://app.example.com --delete accounts.csv

Each account gets a password of its own, and the product sends it a welcome email: name a domain of yours. Accounts
whose address is not confirmed are deleted after `UNVERIFIED_ACCOUNT_DAYS` in any case.
"""

import argparse
import csv
import json
import secrets
import ssl
import sys
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

HEADERS = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
TOO_MANY_REQUESTS = 429


class Browser:
    """Sends requests with cookies, and waits when a limit says so."""

    def __init__(self, host: str, certificate: str | None) -> None:
        context = ssl.create_default_context(cafile=certificate)
        handlers = (urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor(CookieJar()))
        self._opener = urllib.request.build_opener(*handlers)
        self._host = host.rstrip("/")

    def send(self, method: str, path: str, body: dict[str, str] | None = None) -> None:
        """Send a request. Raises `urllib.error.HTTPError` when it is refused."""
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self._host + path, data, HEADERS, method=method)  # noqa: S310  (--host is checked)
        while True:
            try:
                self._opener.open(request, timeout=30).close()
            except urllib.error.HTTPError as error:
                if error.code != TOO_MANY_REQUESTS:
                    raise
                time.sleep(int(error.headers.get("Retry-After", 5)))
            else:
                return


def main() -> None:
    """Make accounts and print them, or delete those of a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", required=True)
    parser.add_argument("--domain", help="What the addresses end with.")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--certificate", help="A file with the authority that signed the host's certificate.")
    parser.add_argument("--delete", type=Path, metavar="FILE", help="Delete the accounts of this file.")
    options = parser.parse_args()
    if not options.host.startswith(("http://", "https://")) or not (options.domain or options.delete):
        parser.error("name the installation with --host https://…, and a domain of yours with --domain")
    if options.delete:
        delete(options)
    else:
        create(options)


def create(options: argparse.Namespace) -> None:
    """Sign up, and print an address and a password for each account."""
    run, writer = secrets.token_hex(3), csv.writer(sys.stdout)
    for number in range(options.count):
        account = {"email": f"load-{run}-{number}@{options.domain}", "password": secrets.token_urlsafe(18)}
        Browser(options.host, options.certificate).send("POST", "/api/auth/signup", account)
        writer.writerow(account.values())
        sys.stdout.flush()


def delete(options: argparse.Namespace) -> None:
    """Sign in to each account and delete it."""
    with options.delete.open(newline="", encoding="utf-8") as file:
        accounts = list(csv.reader(file))
    for email, password in accounts:
        browser = Browser(options.host, options.certificate)
        browser.send("POST", "/api/auth/signin", {"email": email, "password": password})
        browser.send("DELETE", "/api/users/me")


if __name__ == "__main__":
    main()

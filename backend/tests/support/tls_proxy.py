"""Puts TLS in front of a server that has none: PostgreSQL's, after its question or at once, and that of Redis."""

import datetime as dt
import socket
import ssl
import struct
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SSL_REQUEST = struct.pack("!II", 8, 80877103)  # PostgreSQL documentation, 54.7
TLS_HANDSHAKE = b"\x16"


@dataclass(frozen=True)
class Certificates:
    """Files in PEM: who signed, and who was signed, for 127.0.0.1, as a server or as a client."""

    authority: Path
    certificate: Path
    key: Path


def make_certificates(directory: Path, *, name: str | None = None) -> Certificates:
    """Write a certificate authority and one certificate that it has signed, for 127.0.0.1 and a host name."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name, subject = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, of)]) for of in ("authority", "server")
    )
    names = [x509.IPAddress(ip_address("127.0.0.1")), *([x509.DNSName(name)] if name else [])]
    authority = _signed(authority_name, authority_key, by=authority_name, with_key=authority_key, names=names)
    certificate = _signed(subject, key, by=authority_name, with_key=authority_key, names=names)
    made = Certificates(directory / "authority.pem", directory / "certificate.pem", directory / "key.pem")
    made.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    made.key.chmod(0o600)
    return made


def _signed(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    by: x509.Name,
    with_key: ec.EllipticCurvePrivateKey,
    names: Iterable[x509.GeneralName],
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    is_authority = subject == by
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_usage(is_authority=is_authority), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(with_key.public_key()), critical=False)
        .sign(with_key, hashes.SHA256())
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    """Return what the key may sign. Since Python 3.13 an authority must say so."""
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


class TlsProxy:
    """Passes connections on to a Unix socket, and counts which of them were encrypted.

    Args:
        context: TLS settings; without one, TLS is refused, as by a server that has none.
    """

    def __init__(self, target: str, context: ssl.SSLContext | None) -> None:
        self._target = target
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.encrypted = 0
        self.plain = 0

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _pass_on(self, client: socket.socket) -> None:
        with suppress(OSError), client, self._secured(client) as secured, socket.socket(socket.AF_UNIX) as server:
            server.connect(self._target)
            back = threading.Thread(target=_pump, args=(server, secured), daemon=True)
            back.start()
            _pump(secured, server)
            back.join()

    def _secured(self, client: socket.socket) -> socket.socket:
        first = client.recv(len(SSL_REQUEST), socket.MSG_PEEK)
        if first == SSL_REQUEST:
            client.recv(len(SSL_REQUEST))
            client.sendall(b"S" if self._context else b"N")
        if not self._context or not (first == SSL_REQUEST or first.startswith(TLS_HANDSHAKE)):
            self.plain += 1
            return client
        secured = self._context.wrap_socket(client, server_side=True)
        self.encrypted += 1
        return secured


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(65_536):
            target.sendall(content)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def tls_proxy(
    target: str, certificates: Certificates | None, *, asks_for_certificate: bool = False
) -> Iterator[TlsProxy]:
    """Yield a proxy in front of the Unix socket `target`; without certificates it has no TLS."""
    context = None
    if certificates:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.certificate, certificates.key)
        context.load_verify_locations(certificates.authority)
        context.set_alpn_protocols(["postgresql"])
        context.verify_mode = ssl.CERT_REQUIRED if asks_for_certificate else ssl.CERT_NONE
    proxy = TlsProxy(target, context)
    threading.Thread(target=proxy.serve, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.close()

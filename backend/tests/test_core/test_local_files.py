"""The disk below VAR_DIRECTORY is measured whatever it is."""

from pathlib import Path

from core.local_files import free_share


def test_a_file_system_without_a_size_is_not_full() -> None:
    assert free_share(Path("/proc/files")) == (0, 1.0)

"""Becomes another program that ends with its starter; run as a script, standard library only.

Usage: `python -I -S launcher.py '{"parent": 123, "death_signal": 15, "user": [65534, 65534] | null}' program argument…`

It replaces itself, so nothing of it stays in memory. `preexec_fn` could do the same, but is unsafe beside threads.
"""

import ctypes
import json
import os
import sys

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
LINUX_CAPABILITY_VERSION_3 = 0x20080522


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilitySet(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def main() -> None:
    """Read the order from the command line and become the program."""
    order = json.loads(sys.argv[1])
    if order["user"]:
        _become_user(*order["user"])
    if sys.platform == "linux":
        _die_with(order["parent"], order["death_signal"])
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  (a program of ours, without a shell)


def _become_user(user: int, group: int) -> None:
    """Give root up for good, except for the right to pass directories that only root may enter.

    PostgreSQL refuses to run as root, and an unprivileged account cannot even reach a checkout below /root. This one
    capability can, and the program keeps it over `exec` because it is ambient. Without the "fixup" the capability
    survives the change of user and counts for access(2), too, by which initdb looks for its companions.
    """
    _call("prctl", PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
    mask = 1 << CAP_DAC_OVERRIDE
    header = _CapabilityHeader(LINUX_CAPABILITY_VERSION_3, 0)
    sets = (_CapabilitySet * 2)(_CapabilitySet(mask, mask, mask), _CapabilitySet(0, 0, 0))
    _call("capset", ctypes.byref(header), sets)
    _call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def _die_with(parent: int, death_signal: int) -> None:
    # After the change of user, which resets it; and the parent may be gone before the kernel knew of our wish.
    _call("prctl", PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def _call(function: str, *arguments: object) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


if __name__ == "__main__":
    main()

"""Becomes another program, which ends when its parent ends. Runs as a script, with the standard library only.

Usage: `python -I -S launcher.py '{"parent": 123, "death_signal": 15, "user": [65534, 65534] | null}' program argument…`

It uses `exec`, so it takes no memory. `preexec_fn` could do the same, but is unsafe in a process with threads.
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
    """Read the options from the command line and become the program."""
    order = json.loads(sys.argv[1])
    if order["user"]:
        _become_user(*order["user"])
    if sys.platform == "linux":
        _die_with(order["parent"], order["death_signal"])
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  (a program of ours, without a shell)


def _become_user(user: int, group: int) -> None:
    """Give up root for good, except for the right to enter directories that only root may enter.

    PostgreSQL refuses to run as root, and an unprivileged account cannot reach a checkout below /root. CAP_DAC_OVERRIDE
    allows that, and being ambient it survives `exec`. Disabling the "setuid fixup" keeps it across the change of user
    and makes it apply to access(2), with which initdb looks for its other programs.
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
    # After the change of user, which would reset it. The parent may have ended before this call, so check.
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

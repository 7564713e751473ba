"""Hosts that are network namespaces, joined by two switches with one cable between them.

A namespace lives as long as the process that anchors it, and the anchors die with this process. So nothing is left
behind, whatever ends the run. No packet leaves the namespaces.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from embedded.process import command_line

NETWORK = "10.77.0"
PREFIX = 24
TOOLS = ("ip", "bridge", "unshare", "nsenter", "curl")
WIRE = Path(__file__).with_name("wire.py")
# States of a bridge's port in iproute2: a disabled port drops every packet and tells neither side.
DISABLED, FORWARDING = "0", "3"
ANCHOR_SECONDS = 5


def missing() -> str | None:
    """Return why this machine cannot make hosts, or None."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "it needs Linux and root, to make network namespaces"
    if absent := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return f"it needs {', '.join(absent)} (Debian: iproute2, util-linux, curl)"
    try:
        with Namespace() as probe:
            probe.run("ip", "link", "add", "probe0", "type", "bridge")
            probe.run("ip", "link", "add", "probe1", "type", "veth", "peer", "name", "probe2")
    except (OSError, subprocess.CalledProcessError) as error:
        return f"this machine does not let it make network namespaces with bridges ({error})"
    return None


class Namespace(AbstractContextManager["Namespace"]):
    """A network namespace and its loopback device."""

    def __init__(self) -> None:
        command = [shutil.which("unshare") or "unshare", "--net", shutil.which("sleep") or "sleep", "infinity"]
        self._anchor = subprocess.Popen(command_line(command, death_signal=signal.SIGKILL))
        self._wait_until_separate()
        self.run("ip", "link", "set", "lo", "up")

    @property
    def pid(self) -> int:
        """The process that keeps it alive."""
        return self._anchor.pid

    def command(self, command: Sequence[str | Path]) -> list[str]:
        """Return a command that runs `command` here, and becomes it."""
        return [shutil.which("nsenter") or "nsenter", f"--net=/proc/{self.pid}/ns/net", *map(str, command)]

    def run(self, *command: str | Path) -> str:
        """Run a command here and return its output.

        Raises:
            subprocess.CalledProcessError: it failed.
        """
        finished = subprocess.run(self.command(command), capture_output=True, text=True, check=False)
        if finished.returncode != 0:
            sys.stderr.write(finished.stderr)
            finished.check_returncode()
        return finished.stdout

    def __exit__(self, *_: object) -> None:
        self._anchor.kill()
        self._anchor.wait()

    def _wait_until_separate(self) -> None:
        ours = Path("/proc/self/ns/net").readlink()
        deadline = time.monotonic() + ANCHOR_SECONDS
        while Path(f"/proc/{self.pid}/ns/net").readlink() == ours:
            if self._anchor.poll() is not None or time.monotonic() > deadline:
                raise OSError("unshare --net failed")
            time.sleep(0.005)


@dataclass(frozen=True)
class Host:
    """A machine with one address."""

    name: str
    address: str
    namespace: Namespace


class Network(AbstractContextManager["Network"]):
    """The hosts by name: those in front behind one switch, those with data behind the other."""

    def __init__(self, *, front: Sequence[str], data: Sequence[str]) -> None:
        self._resources = ExitStack()
        self._switch = self._resources.enter_context(Namespace())
        self._wire: subprocess.Popen[bytes] | None = None
        self.hosts: dict[str, Host] = {}
        try:
            self._lay_cables(front, data)
        except BaseException:
            self._resources.close()
            raise

    def __getitem__(self, name: str) -> Host:
        return self.hosts[name]

    def add_addresses(self, name: str, *, count: int) -> list[str]:
        """Give a host so many further addresses and return them."""
        addresses = [f"{NETWORK}.{100 + number}" for number in range(count)]
        for address in addresses:
            self[name].namespace.run("ip", "address", "add", f"{address}/{PREFIX}", "dev", "eth0")
        return addresses

    def cut(self, name: str) -> None:
        """Drop every packet from and to a host. Neither side is told."""
        self._switch.run("bridge", "link", "set", "dev", name, "state", DISABLED)

    def join(self, name: str) -> None:
        """End a cut."""
        self._switch.run("bridge", "link", "set", "dev", name, "state", FORWARDING)

    def worsen(self, *, delay_milliseconds: float, loss_percent: float) -> None:
        """Replace the cable between the switches by one that delays packets in each direction, and loses some."""
        self._switch.run("ip", "link", "set", "cable0", "down")
        program: list[str | Path] = [sys.executable, WIRE, str(delay_milliseconds), str(loss_percent)]
        self._wire = subprocess.Popen(
            command_line(self._switch.command(program), death_signal=signal.SIGKILL), stdout=subprocess.PIPE
        )
        assert self._wire.stdout
        assert self._wire.stdout.readline() == b"ready\n"
        for device, bridge in (("wire0", "front"), ("wire1", "data")):
            self._switch.run("ip", "link", "set", device, "master", bridge, "up")

    def improve(self) -> None:
        """Put the good cable back."""
        if self._wire is not None:
            self._wire.kill()
            self._wire.wait()
            self._wire = None
        self._switch.run("ip", "link", "set", "cable0", "up")

    def __exit__(self, *_: object) -> None:
        if self._wire is not None:
            self._wire.kill()
            self._wire.wait()
        self._resources.close()

    def _lay_cables(self, front: Sequence[str], data: Sequence[str]) -> None:
        for bridge in ("front", "data"):
            self._switch.run("ip", "link", "add", bridge, "type", "bridge")
            self._switch.run("ip", "link", "set", bridge, "up")
        self._switch.run("ip", "link", "add", "cable0", "type", "veth", "peer", "name", "cable1")
        self._switch.run("ip", "link", "set", "cable0", "master", "front", "up")
        self._switch.run("ip", "link", "set", "cable1", "master", "data", "up")
        for number, name in enumerate([*front, *data]):
            self._add_host(name, f"{NETWORK}.{10 + number}", bridge="front" if name in front else "data")

    def _add_host(self, name: str, address: str, *, bridge: str) -> None:
        namespace = self._resources.enter_context(Namespace())
        peer = ("peer", "name", "eth0", "netns", str(namespace.pid))
        self._switch.run("ip", "link", "add", name, "type", "veth", *peer)
        self._switch.run("ip", "link", "set", name, "master", bridge, "up")
        namespace.run("ip", "address", "add", f"{address}/{PREFIX}", "dev", "eth0")
        namespace.run("ip", "link", "set", "eth0", "up")
        self.hosts[name] = Host(name, address, namespace)

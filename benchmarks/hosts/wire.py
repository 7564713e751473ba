"""A bad cable: carries packets between two TAP devices, late, and loses some of them.

    wire.py MILLISECONDS PERCENT        # makes wire0 and wire1 in its network namespace

The kernel's own means, netem, is a module that many machines lack.
"""

import asyncio
import fcntl
import os
import random
import struct
import sys
from contextlib import suppress

TUNSETIFF = 0x400454CA  # linux/if_tun.h
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
LARGEST_FRAME = 65_536


def open_tap(name: str) -> int:
    """Make a TAP device and return its descriptor."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
    return descriptor


def deliver(target: int, frame: bytes) -> None:
    """Write a frame to a device, unless it is not up."""
    with suppress(OSError):
        os.write(target, frame)


async def main(delay_seconds: float, loss: float) -> None:
    """Carry packets until the process is killed."""
    loop = asyncio.get_running_loop()
    ends = open_tap("wire0"), open_tap("wire1")

    def carry(source: int, target: int) -> None:
        frame = os.read(source, LARGEST_FRAME)
        if random.random() >= loss:
            loop.call_later(delay_seconds, deliver, target, frame)

    for source, target in (ends, ends[::-1]):
        loop.add_reader(source, carry, source, target)
    print("ready", flush=True)
    await loop.create_future()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) / 1000, float(sys.argv[2]) / 100))

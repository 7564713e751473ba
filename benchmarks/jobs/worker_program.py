"""One worker process: `product` runs the job engine, `bare` runs Taskiq on its own stream broker."""

import asyncio
import signal
import sys

import uvloop
from taskiq.receiver import Receiver
from taskiq_redis import RedisStreamBroker

from job_servers import CONCURRENCY

from core.logging import configure_logging
from core.settings import Settings, load_settings
from tasks import registry
from worker.worker import run_worker


def bare_broker(settings: Settings) -> RedisStreamBroker:
    """Return Taskiq's broker with an empty task."""
    broker = RedisStreamBroker(settings.require_redis_url(), queue_name="bare", consumer_id="0")

    @broker.task(task_name="no_op")
    async def no_op(number: int) -> None: ...

    return broker


async def run_bare(settings: Settings, stop: asyncio.Event) -> None:
    """Run the messages of the bare broker."""
    broker = bare_broker(settings)
    print("worker started", flush=True)
    await Receiver(broker, max_async_tasks=CONCURRENCY).listen(stop)
    await broker.shutdown()


async def main(kind: str) -> None:
    """Run until SIGTERM."""
    settings = load_settings()
    configure_logging(settings)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await (run_bare(settings, stop) if kind == "bare" else run_worker(settings, registry, stop))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))

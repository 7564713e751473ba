"""Fills a new database with example content."""

import asyncio
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from domain.user import User
from repository.operations.demo_repository import DemoRepository
from service.files.file_store import FileStore
from service.jobs.outbox import Outbox
from service.operations import demo
from service.operations.demo.demo_people import ACCOUNT_DAYS, PEOPLE
from service.operations.demo.world import Examples, World

PREFIX = "demo_"
# This module.
CONTENT = "demo_content"


class DemoContent:
    """Writes the examples of all features, once."""

    def __init__(self, repository: DemoRepository, files: FileStore, outbox: Outbox) -> None:
        self._repository = repository
        self._files = files
        self._outbox = outbox

    async def write(self, account: User) -> None:
        """Write the examples around this account. Do nothing if they were written before, whatever is left of them.

        Raises:
            StorageUnavailable: the pictures cannot be stored.
        """
        world = World(datetime.now(UTC), account.id)
        if await self._repository.has_account(world.person(PEOPLE[0].name)):
            return
        examples = await asyncio.to_thread(all_examples, world)
        for key, content in (file for example in examples for file in example.files.items()):
            await self._files.write(key, content)
        await self._repository.add(
            [example.rows for example in examples],
            changes=[example.changes for example in examples],
            account_id=account.id,
            since=world.ago(days=ACCOUNT_DAYS),
        )
        for job in (job for example in examples for job in example.jobs):
            self._outbox.enqueue(job)


def all_examples(world: World) -> list[Examples]:
    """Return the examples of each module beside this one. Reads files and draws pictures, which takes a moment."""
    names = [module.name for module in iter_modules(demo.__path__) if module.name.startswith(PREFIX)]
    modules = [import_module(f"{demo.__name__}.{name}") for name in names if name != CONTENT]
    return [cast("Examples", module.examples(world)) for module in modules]

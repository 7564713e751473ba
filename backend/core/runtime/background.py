"""Work that a request sets off and the whole process owns."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, TypeVar

Result = TypeVar("Result")


def start(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Run `work` beside the request that set it off, in whose name it logs nothing: it serves others as well."""
    return asyncio.create_task(work, context=Context())

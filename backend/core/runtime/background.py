"""Background tasks that outlive the request that started them."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, TypeVar

Result = TypeVar("Result")


def start(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Start `work` as a task with an empty context, so that its log lines carry no request id: it serves other requests."""
    return asyncio.create_task(work, context=Context())

"""The messages to workers are those that Taskiq itself would send."""

from uuid import uuid4

import orjson
from taskiq import TaskiqMessage
from taskiq.formatters.proxy_formatter import ProxyFormatter
from taskiq_redis import RedisStreamBroker

from core.redis.job_stream import RUN_JOB, message_of


def test_a_message_is_taskiqs_own() -> None:
    job_id = uuid4()
    formatter = ProxyFormatter(RedisStreamBroker("redis://127.0.0.1:1"))
    expected = TaskiqMessage(task_id=str(job_id), task_name=RUN_JOB, labels={}, args=[str(job_id)], kwargs={})
    assert formatter.loads(message_of(job_id)) == expected
    assert orjson.loads(message_of(job_id)).items() <= orjson.loads(formatter.dumps(expected).message).items()

"""The checks of `main.py check`. Add your own: a function that takes the installation and returns findings."""

from service.operations.checks import addresses, database, email, machine, queues, redis
from service.operations.checks.finding import Check

CHECKS = (
    Check("settings", addresses.check_settings),
    Check("front end", machine.check_frontend),
    Check("postgresql", database.check_database),
    Check("replica", database.check_replica),
    Check("queues", queues.check_queues),
    Check("redis", redis.check_redis),
    Check("email", email.check_email),
    Check("files", machine.check_files),
    Check("disk", machine.check_disk),
    Check("proxies", addresses.check_proxies),
    Check("address", addresses.check_address),
    Check("metrics", addresses.check_metrics),
)

"""The product's programs, with the routes and the task of memos. The processes of the server import this file again."""

import sys
from pathlib import Path

BACKEND = Path(__file__).parents[1]
if str(BACKEND) not in sys.path:
    sys.path.insert(0, str(BACKEND))

import api.app  # noqa: E402
from domain.tasks import broker  # noqa: E402
from tests.support.specimen_routes import with_memos  # noqa: E402
from tests.support.specimen_tasks import declare_tasks  # noqa: E402

declare_tasks(broker)

_create_app = api.app.create_app
api.app.create_app = lambda *arguments, **options: with_memos(_create_app(*arguments, **options))

if __name__ == "__main__":
    from cli.app import main

    main()

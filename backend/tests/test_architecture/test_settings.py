"""The configuration's own page."""

from core.settings import REPOSITORY_ROOT, ROLES_WITH_PERMISSIONS, environment_reference
from domain.permissions import ROLE_PERMISSIONS


def test_env_example_says_what_the_settings_say() -> None:
    written = (REPOSITORY_ROOT / ".env.example").read_text(encoding="utf-8")
    assert written == environment_reference(), "run `python backend/main.py env-example > .env.example`"


def test_the_settings_know_every_role_that_grants_something() -> None:
    assert set(ROLES_WITH_PERMISSIONS) == {role for role, granted in ROLE_PERMISSIONS.items() if granted}

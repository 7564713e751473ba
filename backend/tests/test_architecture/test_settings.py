"""The configuration's own page."""

from core.settings import REPOSITORY_ROOT, ROLES_BEYOND_MEMBER, environment_reference
from domain.permissions import Role


def test_env_example_says_what_the_settings_say() -> None:
    written = (REPOSITORY_ROOT / ".env.example").read_text(encoding="utf-8")
    assert written == environment_reference(), "run `python backend/main.py env-example > .env.example`"


def test_the_settings_know_every_role_but_that_of_every_member() -> None:
    assert set(ROLES_BEYOND_MEMBER) == set(Role) - {Role.MEMBER}, "write the roles in ROLES_BEYOND_MEMBER"

"""The configuration's own page."""

from core.settings import REPOSITORY_ROOT, environment_reference


def test_env_example_says_what_the_settings_say() -> None:
    written = (REPOSITORY_ROOT / ".env.example").read_text(encoding="utf-8")
    assert written == environment_reference(), "run `python backend/main.py env-example > .env.example`"

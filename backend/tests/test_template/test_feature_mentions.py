"""A feature can be left out of a project: few places name it outside of its own files."""

import pytest

from tests.test_template.conftest import script

SCRIPT = script("feature_mentions")


@pytest.mark.parametrize("feature", SCRIPT.FEATURES)
def test_few_places_name_a_feature_outside_of_its_own_files(feature: str) -> None:
    exceeded = SCRIPT.exceeded(feature)
    assert not exceeded, "\n".join(exceeded)


@pytest.mark.parametrize(
    ("feature", "text"),
    [
        ("posts", "work.posts.ensure(POSTS)"),
        ("posts", '"/posts/{post_id}"'),
        ("API tokens", "class ApiTokenScopeMissing(Forbidden):"),
        ("API tokens", "path: '/account/api-tokens'"),
        ("second factors", "recovery_codes = RecoveryCodes()"),
    ],
)
def test_a_feature_is_found_under_each_form_of_its_name(feature: str, text: str) -> None:
    assert SCRIPT.bears_name(SCRIPT.FEATURES[feature], text)


@pytest.mark.parametrize(
    ("feature", "text"),
    [
        ("posts", '("POST", "/api/reports")'),
        ("posts", "await client.post(address, json=body)"),
        ("posts", "postgres = embedded.postgres()"),
        ("reports", "reportError(error)"),
        ("comments", "yield KEEPALIVE_COMMENT"),
    ],
)
def test_what_only_looks_like_the_name_of_a_feature_does_not_count(feature: str, text: str) -> None:
    assert not SCRIPT.bears_name(SCRIPT.FEATURES[feature], text)


def test_the_files_of_a_feature_are_those_that_go_with_it() -> None:
    files = SCRIPT.own_files("posts")
    assert {
        "backend/domain/post.py",
        "frontend/src/views/PostView.vue",
        "frontend/src/composables/usePostChanges.ts",
    } <= {*files}
    assert "backend/embedded/postgres.py" not in files
    assert "frontend/src/api/reportError.ts" not in SCRIPT.own_files("reports")
    assert not [path for path in files if "/versions/" in path or "/generated/" in path]

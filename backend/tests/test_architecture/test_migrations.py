"""A migration changes the tables of one feature, which stays its owner when its model is gone."""

import re
from functools import cache

import pytest
from alembic.script import Script, ScriptDirectory

import repository.models  # noqa: F401  (registers every table)
from repository.operations import migrate
from repository.operations.revision import MIGRATIONS
from tests.test_architecture.findings import Finding, assert_none, found_at

MIGRATIONS_OF_FEATURES = [
    script for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions() if not script.is_merge_point
]
# A foreign key may lead to another feature's table; a quoted text names no table.
NOT_CHANGED = re.compile(r"REFERENCES \w+|'[^']*'|--.*")


@cache
def sql_of(script: Script) -> str:
    return migrate.as_sql(f"{script.down_revision or 'base'}:{script.revision}")


def feature_of(script: Script) -> str:
    feature = getattr(script.module, "feature", "")
    assert isinstance(feature, str)
    return feature


@cache
def owners() -> dict[str, str]:
    """Return the feature of each table: the one whose migration creates it."""
    return migrate.features_of_migrations()


def test_a_migration_says_which_feature_it_belongs_to() -> None:
    instead = 'Write `feature: str = "…"` above `revision`: the name of the model\'s file.'
    assert_none(
        found_at(script.module, "migration-of-one-feature", "it says no feature", instead)
        for script in MIGRATIONS_OF_FEATURES
        if not feature_of(script)
    )


def tables_of_others(sql: str, feature: str) -> dict[str, str]:
    """Return the tables that `sql` names and another feature owns, with their features."""
    named = set(re.findall(r"\w+", NOT_CHANGED.sub("", sql)))
    return {table: owner for table, owner in owners().items() if table in named and owner != feature}


def test_a_migration_touches_no_table_of_another_feature() -> None:
    assert_none(
        found_at(
            script.module.upgrade,
            "migration-of-one-feature",
            f"it changes {table} and belongs to {feature_of(script)!r}",
            f'Move that to a migration with `feature: str = "{owner}"`.',
        )
        for script in MIGRATIONS_OF_FEATURES
        for table, owner in tables_of_others(sql_of(script), feature_of(script)).items()
    )


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("ALTER TABLE users ADD COLUMN a text;", {"users": "user"}),
        ("CREATE INDEX a ON users (email);", {"users": "user"}),
        ("UPDATE jobs SET state = 'sessions';", {"jobs": "job"}),
        ("ALTER TABLE sessions ADD FOREIGN KEY (user_id) REFERENCES users (id);", {}),
    ],
)
def test_a_change_of_another_features_table_is_noticed(sql: str, tables: dict[str, str]) -> None:
    assert tables_of_others(sql, "session") == tables


def test_the_feature_of_a_migration_is_the_name_of_its_models_file() -> None:
    assert_none(
        Finding(
            "repository/models",
            1,
            "migration-of-one-feature",
            f"the model of {table} is in {feature}.py",
            f'Write `feature: str = "{feature}"` in the migration that creates it.',
        )
        for table, feature in migrate.features_of_tables().items()
        if owners().get(table) != feature
    )

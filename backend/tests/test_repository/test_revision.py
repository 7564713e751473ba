"""What is read from the files of the migrations is what Alembic makes of them."""

from alembic.script import ScriptDirectory

from repository.revision import MIGRATIONS, head_revision


def test_the_newest_migration_is_the_one_that_alembic_names() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [head_revision()]

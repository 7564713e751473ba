"""Texts are sorted and found regardless of case and accents, in every script."""

from collections.abc import Sequence

from alembic import op

feature: str = "folding"
revision: str = "a2d8bbf63a71"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Combining marks of Latin, Greek and Cyrillic, and vowel signs of Hebrew and Arabic, whose readers leave them out.
MARKS = r"[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]"
# Letters that Unicode does not decompose, and what people type in place of them.
LETTERS, TYPED = "ıøłđħ", "ioldh"
FOLDED = f"""
    replace(replace(translate(
        regexp_replace(casefold(normalize($1, NFKD) COLLATE pg_unicode_fast), '{MARKS}', '', 'g'),
        '{LETTERS}', '{TYPED}'), 'æ', 'ae'), 'œ', 'oe')"""
# Thai, Lao, Burmese, Khmer, Japanese and Chinese, which have no spaces between words: each sign becomes a word.
UNSPACED = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
SEARCH_TEXT = rf"regexp_replace({FOLDED}, '({UNSPACED})', ' \1 ', 'g')"
# Longer beginnings hardly ever decide, and an entry of an index has a limit of its own.
SORT_KEY = f"left({FOLDED}, 100)"


def upgrade() -> None:
    """Apply the change."""
    # Comes with PostgreSQL, and the owner of the database may install it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _define("sort_key", SORT_KEY, cost=500)
    _define("search_text", SEARCH_TEXT, cost=5_000)


def downgrade() -> None:
    """Take the change back."""
    op.execute("DROP FUNCTION search_text(text)")
    op.execute("DROP FUNCTION sort_key(text)")


def _define(name: str, body: str, *, cost: int) -> None:
    # A path of its own keeps PostgreSQL from putting the body in place of the call, and with it the cost.
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST {cost} "
        f"SET search_path = pg_catalog AS $function$SELECT {body}$function$"
    )

"""The posts of the demo account."""

from core import product
from domain.post import PostFields

POSTS = (
    PostFields(
        title=f"Welcome to {product.NAME}",
        subtitle="A product from the first minute",
        content=(
            "Everything you see here runs on your machine: the pages, the API, PostgreSQL, and the worker that sent "
            "the welcome mail.\n\nWrite a post of your own, publish it, and comment on this one."
        ),
        published=True,
    ),
    PostFields(
        title="One feature, one name",
        subtitle=None,
        content=(
            "Posts are the feature to copy from. Look for files called post and posts: a table, a repository, a "
            "service, a route, a schema and their tests. Your own feature will look the same."
        ),
        published=True,
    ),
    PostFields(
        title="Nobody reads your drafts",
        subtitle="Unless they may",
        content=(
            "Whose row it is belongs to every statement that reads or changes one. A query that forgets it cannot be "
            "written, and what you may not see looks as if it did not exist."
        ),
        published=True,
    ),
    PostFields(
        title="Two people, one post",
        subtitle=None,
        content=(
            "Open this post in two windows, change it in both, and save. The second window is told that the post has "
            "changed meanwhile, instead of silently undoing what the first one did."
        ),
        published=True,
    ),
    PostFields(
        title="A thought that is not finished",
        subtitle=None,
        content="This is a draft. Sign in as somebody else, and you will not find it.",
        published=False,
    ),
)

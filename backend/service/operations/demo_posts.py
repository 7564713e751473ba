"""The posts of the demo account."""

from core import product
from domain.post import PostFields

POSTS = (
    PostFields(
        title=f"Welcome to {product.NAME}",
        subtitle="A product from the first minute",
        content=(
            "Everything you see here runs on your machine: the pages, the API, PostgreSQL, and the worker that sent "
            "the welcome email.\n\nWrite a post of your own and publish it."
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
        title="Your drafts are private",
        subtitle="Without writing a filter",
        content=(
            "Every query for something that a user owns is filtered by that user, and the filter cannot be forgotten. "
            "What you may not see answers 404, as if it did not exist."
        ),
        published=True,
    ),
    PostFields(
        title="Two people, one post",
        subtitle=None,
        content=(
            "Open this post in two windows, change it in both, and save. The second window shows both "
            "versions, instead of silently overwriting the first one's changes."
        ),
        published=True,
    ),
    PostFields(
        title="An unfinished thought",
        subtitle=None,
        content="This is a draft. Sign in as another user, and you will not find it.",
        published=False,
    ),
)

"""The people's comments on each other's posts, and the notifications of the authors."""

from collections.abc import Iterator

from domain.comment import CommentOnPost
from service.operations.demo.demo_people import PEOPLE
from service.operations.demo.demo_posts import DemoPost, posts
from service.operations.demo.world import DEMO, Examples, World

# By post: who commented, how many hours after the post or the comment before, and what they said.
COMMENTS: dict[str, tuple[tuple[str, float, str], ...]] = {
    "welcome": (
        ("mara", 30, "Found the mailbox after a minute. The previews of the emails are a nice touch."),
        (
            "jonas",
            20,
            "I stopped PostgreSQL in the middle of a save, on purpose. The page waited, and then it was saved.",
        ),
        ("demo", 3, "That is the kind of testing I like. Thank you!"),
    ),
    "one-feature-one-name": (
        ("priya", 5, "`git ls-files '*post*'` is what finally made the structure click for me."),
        ("samuel", 26, "Does the same work for removing a feature?"),
        ("demo", 2, "Yes. Delete its files, then follow the compiler through the few lines that still name it."),
        ("samuel", 1, "Just did, with one that we do not need. Twelve minutes, most of it coffee."),
    ),
    "drafts-are-private": (
        ("lena", 8, "I tried to read your draft with my account. 404, as promised."),
        ("aiko", 40, "What about moderators?"),
        ("demo", 6, "They hold a permission that says so. It is one word in the repository."),
    ),
    "two-people-one-post": (
        (
            "chloe",
            4,
            "We tried it with two laptops and one sentence. Both versions side by side, with the difference marked.",
        ),
        ("tomas", 9, "Finally. The last tool I used told me that I had won."),
        ("demo", 12, "And none of us wants to be the one who has lost without noticing."),
    ),
    "things-to-try": (
        (
            "nora",
            7,
            "Number five is the best one. I stopped the worker for an hour, and the email was there a second later.",
        ),
        (
            "david",
            50,
            "Number three also works with a fingerprint, if you open the page by its name and not by its number.",
        ),
    ),
    "the-quiet-deploy": (
        ("tomas", 3, "The button that you have pressed before. That is the whole secret."),
        ("priya", 5, "Do you press it on a schedule, or when you feel like it?"),
        ("mara", 2, "First Tuesday of the month. It has found two broken rollbacks so far."),
        ("jonas", 22, "Stealing this."),
    ),
    "read-the-slow-query-log": (
        ("lena", 6, "Ours had `SELECT 1` on top. Four hundred times a second, from a health check."),
        ("jonas", 1, "Every list has its `SELECT 1`."),
        ("david", 30, "`pg_stat_statements` is off by default in some places. Worth checking before you need it."),
    ),
    "names-are-cheap": (
        (
            "chloe",
            12,
            "I keep a list of words that we say in meetings but not in the code. It is a good list to work through.",
        ),
        ("samuel", 8, "And words that are in the code, but that you would never say in a meeting."),
        ("aiko", 3, "`process`. `handle`. `manager`. I rest my case."),
    ),
    "timeouts-first": (
        ("mara", 4, "We found eleven calls without a deadline. One of them was in the code that sends the alerts."),
        ("priya", 1, "Ouch."),
        ("david", 18, "What do you do about streams, where silence is normal?"),
        ("priya", 4, "A heartbeat every fifteen seconds. Then silence means something."),
        ("tomas", 9, "This also keeps proxies from closing the connection. Two for one."),
    ),
    "on-call-kindly": (
        ("nora", 2, "The last sentence should be in the contract."),
        ("aiko", 15, "Printed it. It hangs where the pager charges."),
    ),
    "an-index-is-a-promise": (
        ("jonas", 7, "Careful with `idx_scan` on a replica: it counts there on its own."),
        ("lena", 3, "Good point. We looked at both, and I should have written that."),
        ("priya", 26, "And unique constraints show zero scans, but please keep them."),
    ),
    "small-tables-big-joins": (
        ("lena", 9, "The check constraint also tells the next reader what there is. Cheap documentation."),
        ("mara", 30, "We once had a table of booleans. Two rows. Someone had added a third."),
        ("samuel", 2, "What was it called?"),
        ("mara", 1, "`maybe`."),
    ),
    "the-email-that-came-twice": (
        ("david", 5, "The sentence on your wall should be on every wall."),
        ("mara", 20, "How do you test it?"),
        ("chloe", 4, "We run the task twice in the same test and compare. It is four lines."),
    ),
    "logs-are-for-strangers": (
        ("tomas", 8, "`here 3` has found more bugs than I would like to admit."),
        ("david", 2, "Me too. It is the commit that I object to."),
    ),
    "what-we-measure": (
        ("jonas", 11, "Days until full is brilliant. Changed ours this morning."),
        ("mara", 26, "What happened with the coffee machine?"),
        ("nora", 5, "It got its own alert. It is the only one that everyone answers within a minute."),
    ),
    "feature-flags-expire": (
        ("aiko", 6, "What happens when the date passes on a weekend?"),
        ("mara", 3, "Only the tests fail, not the product. On Monday you know what your first task is."),
        ("chloe", 40, "We have a flag from 2019 that I am a little afraid of."),
        ("mara", 8, "Turn it off for an hour and listen."),
    ),
    "five-lines": (
        ("demo", 9, "The error page has a button that copies all of this. I wrote it because of this list."),
        ("aiko", 1, "I noticed! Yesterday's message had the request id in it."),
    ),
    "backups-are-rumours": (
        ("lena", 4, "We do the same, and let the newest colleague hold the card."),
        ("samuel", 30, "Four hours and two phone calls is a very honest number."),
        ("jonas", 3, "The second call was to find out who had the first number."),
    ),
    "the-second-system": (
        ("nora", 7, "Can I have a copy of the diagram? We are about to draw one."),
        ("priya", 2, "Take it, please."),
    ),
    "reviewing-with-care": (
        ("david", 10, "*Wonder* is underrated. Half of mine end with the author deleting something."),
        ("priya", 24, "I have begun to write the kind in front of every comment. The tone changed within a week."),
        ("chloe", 5, "That makes me happy."),
    ),
    "cache-invalidation-for-humans": (
        ("jonas", 6, "What about two processes?"),
        (
            "samuel",
            2,
            "The message that forgets it goes out with the commit, to all of them. A lost one is caught by the expiry.",
        ),
        ("jonas", 1, "So both lines, the list and the minute."),
    ),
    "on-deleting-code": (
        ("mara", 3, "Congratulations! I always celebrate these more than the launches."),
        ("tomas", 12, "The counter is a great idea. I usually just delete it and wait."),
        ("lena", 2, "That is a counter as well. It only goes to one."),
    ),
    "time-zones-again": (
        ("aiko", 5, "Greetings from the other side of the date line. Thank you."),
        ("david", 20, "Kiritimati for the tests?"),
        ("tomas", 2, "Kiritimati for the tests."),
    ),
    "rate-limits-are-manners": (
        ("nora", 9, "The countdown on the page stopped our support tickets about it. All of them."),
        ("priya", 16, "How do you count people before they have signed in?"),
        ("david", 4, "By address and account together, and a known browser has a counter of its own."),
    ),
    "empty-states": (
        ("demo", 5, "We did the same after reading this. It took an afternoon for nine pages."),
        ("chloe", 21, "Do you draw these yourselves?"),
        ("nora", 3, "With two rectangles and a circle. You can as well."),
    ),
    "secrets-in-the-open": (
        ("samuel", 2, "Ten minutes is impressive. How did you know everything that used it?"),
        ("mara", 1, "We did not. That is why the old one stays valid for a day."),
        ("lena", 30, "We now blur by default. But the command is the better answer."),
    ),
    "postmortem-without-blame": (
        ("priya", 3, "*The button did.* I will remember that one."),
        ("tomas", 8, "How long did it wait before?"),
        ("jonas", 1, "For ever. That was the bug."),
        ("demo", 20, "Ours is three seconds now as well. Thank you for writing it down."),
    ),
    "pagination-by-cursor": (
        ("lena", 4, "The `id` at the end is what most people forget. Two rows with the same second, and one is gone."),
        ("aiko", 2, "Exactly. I have been one of these people."),
        ("samuel", 19, "And the search?"),
        ("aiko", 3, "She found it with the first word."),
    ),
    "friday-is-fine": (
        ("mara", 6, "The last sentence. Every rule should have it."),
        ("jonas", 10, "I still do not deploy on Fridays. But now I know why: I have a train at two."),
        ("priya", 1, "The best of all reasons."),
    ),
    "hello-from-the-new-one": (
        ("chloe", 2, "Welcome! Please send the list of what you stumbled over, it is the most valuable one we get."),
        ("mara", 3, "It was *my* typo. It had been there for two years."),
        ("demo", 4, "Great to have you here."),
    ),
}
# The author of a post has read all comments that are older.
READ_DAYS = 4.0
NAMES = {person.name: person.full_name for person in PEOPLE} | {DEMO: "Demo"}


def examples(world: World) -> Examples:
    """Return the comments, and the notifications about those of other people."""
    written = list(_comments(world))
    told = [row for comment in written if (row := _notification(comment, world))]
    return Examples({"comments": [row for _, _, row in written], "notifications": told})


def _comments(world: World) -> Iterator[tuple[DemoPost, str, dict[str, object]]]:
    """Yield each comment as a row, with its post and the name of its author."""
    for slug, conversation in COMMENTS.items():
        post = posts()[slug]
        hours = post.days * 24
        for number, (name, later, text) in enumerate(conversation):
            hours = max(hours - later, (len(conversation) - number) / 4)
            row = {
                "id": world.id_of("comment", f"{slug}/{number}"),
                "created_at": world.ago(hours=hours),
                "post_id": world.id_of("post", slug),
                "author_id": world.person(name),
                "content": text,
            }
            yield post, name, row


def _notification(comment: tuple[DemoPost, str, dict[str, object]], world: World) -> dict[str, object] | None:
    post, name, row = comment
    on_post = CommentOnPost(
        world.id_of("post", post.slug), post.title, world.person(post.author), world.person(name), NAMES[name]
    )
    notice = on_post.notice()
    if notice is None:
        return None
    is_read = row["created_at"] < world.ago(days=READ_DAYS)  # type: ignore[operator]
    return {
        "id": world.id_of("notification", str(row["id"])),
        "created_at": row["created_at"],
        "user_id": notice.user_id,
        "kind": notice.kind,
        "message": notice.text,
        "template": notice.message,
        "values": dict(notice.values),
        "link": notice.link,
        "read_at": world.ago(days=READ_DAYS / 2) if is_read else None,
    }

"""Where the demo account is signed in, and the audit log of the last weeks."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeAlias

from domain.identity.security_event import SecurityEventKind as Kind
from service.operations.demo.demo_people import PEOPLE
from service.operations.demo.world import DEMO, Examples, World

LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1"
    " Mobile/15E148 Safari/604.1"
)
TABLET = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
# RFC 5737: addresses for examples.
HOME, TRAIN, ELSEWHERE = "203.0.113.24", "198.51.100.87", "192.0.2.140"

# By session: the program, the address, and how many days ago it began and was last used.
SESSIONS = {"phone": (PHONE, TRAIN, 12.0, 0.2), "laptop": (LAPTOP, HOME, 30.0, 1.1)}
SESSION_KEPT = timedelta(days=30)

Happening: TypeAlias = tuple[str, Kind, float, str, str, dict[str, object]]

# The account, the event, its age in days, the actor, the place, and further details.
EVENTS: tuple[Happening, ...] = (
    (DEMO, Kind.SIGNED_IN, 30.0, DEMO, HOME, {}),
    (DEMO, Kind.SIGN_IN_FAILED, 21.3, "", ELSEWHERE, {"times": 4}),
    (DEMO, Kind.PROFILE_CHANGED, 19.6, DEMO, HOME, {}),
    (DEMO, Kind.SIGNED_IN, 12.0, DEMO, TRAIN, {}),
    ("jonas", Kind.ACCOUNT_CHANGED, 28.4, DEMO, HOME, {"roles": {"from": ["member"], "to": ["member", "moderator"]}}),
    ("jonas", Kind.SIGNED_IN, 28.1, "jonas", HOME, {}),
    ("aiko", Kind.OTHER_SESSIONS_REVOKED, 24.7, "aiko", TRAIN, {}),
    ("priya", Kind.SIGN_IN_FAILED, 17.2, "", ELSEWHERE, {"times": 2}),
    ("priya", Kind.PASSWORD_RESET_REQUESTED, 17.19, "", ELSEWHERE, {}),
    ("priya", Kind.PASSWORD_RESET, 17.18, "priya", ELSEWHERE, {}),
    ("lena", Kind.PASSWORD_CHANGED, 11.5, "lena", HOME, {}),
    ("nora", Kind.ACCOUNT_CHANGED, 5.3, DEMO, HOME, {"is_active": {"from": True, "to": False}}),
    ("samuel", Kind.SIGNED_IN, 1.2, "samuel", TRAIN, {}),
)


def examples(world: World) -> Examples:
    """Return the open sessions, and the entries of the audit log."""
    happened = [*_beginnings(), *EVENTS]
    events = [_event(number, happening, world) for number, happening in enumerate(happened)]
    return Examples({"sessions": [_session(name, world) for name in SESSIONS], "security_events": events})


def _beginnings() -> Iterator[Happening]:
    for person in PEOPLE:
        yield person.name, Kind.SIGNED_UP, person.days, person.name, HOME, {}
        if person.is_verified:
            yield person.name, Kind.EMAIL_VERIFIED, person.days - 0.01, person.name, HOME, {}


def _session(name: str, world: World) -> dict[str, object]:
    program, address, begun, used = SESSIONS[name]
    return {
        "id": world.id_of("session", name),
        "created_at": world.ago(days=begun),
        "user_id": world.demo_id,
        "expires_at": world.ago(days=used) + SESSION_KEPT,
        "last_seen_at": world.ago(days=used),
        "authenticated_at": world.ago(days=begun),
        "ip_address": address,
        "user_agent": program,
    }


def _event(number: int, happened: Happening, world: World) -> dict[str, object]:
    name, kind, days, actor, address, details = happened
    return {
        "id": world.id_of("security-event", str(number)),
        "created_at": world.ago(days=days),
        "kind": kind,
        "user_id": world.person(name),
        "actor_id": world.person(actor) if actor else None,
        "ip_address": address or None,
        "user_agent": {HOME: LAPTOP, TRAIN: PHONE, ELSEWHERE: TABLET}.get(address),
        "details": details,
    }

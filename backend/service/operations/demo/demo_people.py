"""Ten people. They have no password, so only a reset by email would open their accounts."""

from dataclasses import dataclass

from domain.files.avatar import AvatarSize, avatar_key
from domain.permissions import Role
from service.operations.demo.pictures import Portrait, draw
from service.operations.demo.world import Examples, World

# The account that developers sign in with is one of the oldest.
ACCOUNT_DAYS = 46


@dataclass(frozen=True, slots=True)
class Person:
    """A person with an account, some with a picture."""

    name: str
    full_name: str
    days: float
    portrait: Portrait | None = None
    roles: tuple[Role, ...] = (Role.MEMBER,)
    language: str | None = None
    is_verified: bool = True
    is_active: bool = True


PEOPLE = (
    Person("mara", "Mara Lindqvist", 45.5, Portrait("#f3c9a8", "#2f5d62", "#a7c4bc", "#3b2a20")),
    Person("jonas", "Jonas Weber", 45, language="de", roles=(Role.MEMBER, Role.MODERATOR)),
    Person("aiko", "Aiko Tanaka", 44, Portrait("#f5d6b8", "#7a3e65", "#e8b4bc", "#1d1a1f")),
    Person("priya", "Priya Raman", 41, Portrait("#c68642", "#e07a5f", "#f4d58d", "#231815")),
    Person("tomas", "Tomás Ferreira", 39),
    Person("lena", "Lena Vogt", 38, Portrait("#f7d7c4", "#3d5a80", "#98c1d9", "#c98b3b"), language="de"),
    Person("samuel", "Samuel Okafor", 36, Portrait("#6b4226", "#283618", "#dda15e", "#15100d")),
    Person("chloe", "Chloé Martin", 34),
    Person("david", "David Kim", 31, is_verified=False),
    Person("nora", "Nora Haddad", 30, is_active=False),
)


def examples(world: World) -> Examples:
    """Return the accounts and their pictures."""
    files = {}
    for person in PEOPLE:
        if person.portrait is not None:
            for size, content in draw(person.portrait).items():
                files[avatar_key(world.id_of("portrait", person.name), AvatarSize(size))] = content
    return Examples({"users": [_row(person, world) for person in PEOPLE]}, files)


def _row(person: Person, world: World) -> dict[str, object]:
    joined = world.ago(days=person.days)
    return {
        "id": world.person(person.name),
        "created_at": joined,
        "email": f"{person.name}@example.com",
        "name": person.full_name,
        "roles": [str(role) for role in person.roles],
        "is_verified": person.is_verified,
        "proved_at": joined,  # an account that never proved its address is deleted at night
        "is_active": person.is_active,
        "language": person.language,
        "avatar_id": world.id_of("portrait", person.name) if person.portrait else None,
    }

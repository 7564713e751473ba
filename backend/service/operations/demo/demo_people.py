"""Ten people. They have no password, so only a reset by email would open their accounts."""

from dataclasses import dataclass

from domain.permissions import Role
from service.operations.demo.world import Examples, World

# The account that developers sign in with is one of the oldest.
ACCOUNT_DAYS = 46


@dataclass(frozen=True, slots=True)
class Person:
    """A person with an account."""

    name: str
    full_name: str
    days: float
    roles: tuple[Role, ...] = (Role.MEMBER,)
    language: str | None = None
    is_verified: bool = True
    is_active: bool = True


PEOPLE = (
    Person("mara", "Mara Lindqvist", 45.5),
    Person("jonas", "Jonas Weber", 45, language="de", roles=(Role.MEMBER, Role.MODERATOR)),
    Person("aiko", "Aiko Tanaka", 44),
    Person("priya", "Priya Raman", 41),
    Person("tomas", "Tomás Ferreira", 39),
    Person("lena", "Lena Vogt", 38, language="de"),
    Person("samuel", "Samuel Okafor", 36),
    Person("chloe", "Chloé Martin", 34),
    Person("david", "David Kim", 31, is_verified=False),
    Person("nora", "Nora Haddad", 30, is_active=False),
)


def examples(world: World) -> Examples:
    """Return the accounts."""
    return Examples({"users": [_row(person, world) for person in PEOPLE]})


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
    }

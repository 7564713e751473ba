"""What a test file declares of its resource is how the routes are built, so that the suites pass nothing by."""

from tests.support.resource import Resource
from tests.support.world import changes_of, document, parameters_of, those


@those()
def test_a_resource_says_how_its_routes_are_built(resource: Resource) -> None:
    for action in changes_of(resource):
        found = "if-match" in parameters_of(resource, action)
        assert found == resource.versioned, f"Say `versioned={found}` in the RESOURCE of {resource.path}."
    if resource.has("create"):
        found = "idempotency-key" in parameters_of(resource, "create")
        assert found == resource.keyed, f"Say `keyed={found}` in the RESOURCE of {resource.path}."
    if resource.has("list"):
        found = "cursor" in parameters_of(resource, "list")
        assert found == resource.paged, f"Say `paged={found}` in the RESOURCE of {resource.path}."
        orders = {sign + column for column in resource.sorts for sign in ("", "-")}
        schema = parameters_of(resource, "list").get("sort", {})
        known = schema.get("enum") or document()["components"]["schemas"].get(
            schema.get("$ref", "").rpartition("/")[2], {}
        ).get("enum", [])
        assert {*known} == orders, f"Name in `sorts` of the RESOURCE of {resource.path} what its list is sorted by."

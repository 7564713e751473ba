"""The declaration of a resource in its test file agrees with its routes, so that the suites pass nothing by."""

from tests.support.resource import CHANGES, Resource
from tests.support.world import parameters_of, those


@those()
def test_a_resource_says_how_its_routes_are_built(resource: Resource) -> None:
    for action in resource.among(*CHANGES):
        found = "if-match" in parameters_of(resource, action)
        assert found == resource.versioned, f"Say `versioned={found}` in the RESOURCE of {resource.path}."
    if resource.among("create"):
        found = "idempotency-key" in parameters_of(resource, "create")
        assert found == resource.keyed, f"Say `keyed={found}` in the RESOURCE of {resource.path}."
    if resource.among("list"):
        parameters = parameters_of(resource, "list")
        found = "cursor" in parameters
        assert found == resource.paged, f"Say `paged={found}` in the RESOURCE of {resource.path}."
        orders = parameters.get("sort", {}).get("enum", ())
        assert {*orders} == {*resource.orders}, (
            f"Name in `sorts` of the RESOURCE of {resource.path} what its list is sorted by."
        )

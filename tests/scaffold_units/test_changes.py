"""What a command makes of the resources, before anything is written."""

from typing import Any, Final

import pytest

from scaffold.answers import Resource
from scaffold.errors import ScaffoldError
from scaffold.resources import changes, field_changes, renaming
from scaffold.resources.field_changes import FieldEdits

TEXT: Final[dict[str, Any]] = {"type": "str"}
PRODUCT: Final[Resource] = {"name": "product", "fields": {"name": TEXT, "price": {"type": "float"}}}
LINE: Final[Resource] = {
    "name": "line",
    "fields": {
        "product": {"type": "ref", "to": "product"},
        "spare": {"type": "ref", "to": "product", "optional": True},
        "line": {"type": "ref", "to": "line", "optional": True},
    },
}
BOTH: Final = [PRODUCT, LINE]


def edits(
    fields: dict[str, Any] | None = None, drop: tuple[str, ...] = (), **rename: str
) -> FieldEdits:
    """Return what shall become of the fields of a resource."""
    return FieldEdits(fields or {}, list(drop), rename)


def test_what_is_added_stands_last() -> None:
    bill, box = ({"name": name, "fields": {"no": TEXT}} for name in ("bill", "box"))
    change = changes.add(BOTH, [bill, box])
    assert change is not None
    assert change.resources == [PRODUCT, LINE, bill, box]
    assert change.message == "add bill, box"
    assert not change.breaks_clients


def test_rows_are_given_owners_and_shared_again() -> None:
    owned = field_changes.change(BOTH, "product", FieldEdits({}, [], {}, owned=True))
    assert owned is not None
    assert list(owned.resources[0]) == ["name", "owned", "fields"]
    assert owned.message == "change product: give its rows owners"
    assert owned.breaks_clients
    shared = field_changes.change(owned.resources, "product", FieldEdits({}, [], {}, owned=False))
    assert shared is not None
    assert shared.message == "change product: share its rows"
    for resources, so_already in ((owned.resources, True), (BOTH, False)):
        assert (
            field_changes.change(resources, "product", FieldEdits({}, [], {}, so_already)) is None
        )


def test_what_exists_already_is_not_added_again() -> None:
    written = PRODUCT | {"plural": "products", "id": "int", "owned": False}
    assert changes.add(BOTH, [written]) is None
    with pytest.raises(ScaffoldError, match=r"^Resource 'product' exists already, with other"):
        changes.add(BOTH, [PRODUCT | {"plural": "wares"}])


def test_a_resource_is_removed_unless_another_refers_to_it() -> None:
    change = changes.remove(BOTH, "line")
    assert change is not None
    assert change.resources == [PRODUCT]
    assert change.breaks_clients
    assert changes.remove(BOTH, "bill") is None
    with pytest.raises(ScaffoldError, match=r"what field 'product' of resource 'line' refers to"):
        changes.remove(BOTH, "product")


def test_fields_are_dropped_renamed_changed_and_added_in_their_places() -> None:
    change = field_changes.change(
        BOTH, "product", edits({"sku": TEXT, "price": {"type": "int"}}, drop=("name",))
    )
    assert change is not None
    assert change.resources[0]["fields"] == {"price": {"type": "int"}, "sku": TEXT}
    assert change.message == "change product: add sku, change price, drop name"
    assert change.breaks_clients
    change = field_changes.change(BOTH, "product", edits(price="cost"))
    assert change is not None
    assert list(change.resources[0]["fields"]) == ["name", "cost"]
    assert change.migration["renames"] == [{"table": "products", "old": "price", "new": "cost"}]


def test_the_column_of_a_reference_has_its_suffix() -> None:
    change = field_changes.change(BOTH, "line", edits(spare="other"))
    assert change is not None
    assert change.renames == [("lines", "spare_id", "other_id")]


def test_rows_that_exist_get_the_default_of_a_field_that_needs_a_value() -> None:
    fields = {
        "size": {"type": "int", "default": 7},
        "open": {"type": "bool", "default": True},
        "note": {"type": "str", "default": "it's"},
        "empty": {"type": "int", "default": 1, "optional": True},
        "price": {"type": "float", "default": 2.5},
    }
    change = field_changes.change(BOTH, "product", edits(fields))
    assert change is not None
    assert change.migration["defaults"] == [
        ("products", "size", "7"),
        ("products", "open", "true"),
        ("products", "note", "'it''s'"),
    ]


def test_fields_that_are_so_already_are_no_change() -> None:
    assert field_changes.change(BOTH, "product", edits({"name": TEXT})) is None


def test_a_new_name_and_a_new_form_are_given_at_once() -> None:
    change = field_changes.change(
        BOTH, "product", edits({"cost": {"type": "float", "default": 1}}, price="cost")
    )
    assert change is not None
    assert change.message == "change product: change cost, rename price to cost"
    assert change.migration["defaults"] == []


@pytest.mark.parametrize(
    ("name", "asked", "sentence"),
    [
        ("bill", edits({"no": TEXT}), "There is no resource 'bill': write one of "),
        ("product", edits(drop=("sku",)), "Resource 'product' has no field 'sku': write one of"),
        ("product", edits(sku="no"), "Resource 'product' has no field 'sku': write one of name, p"),
        ("product", edits({"name": TEXT}, drop=("name",)), "cannot be dropped and changed at once"),
        ("product", edits(drop=("name",), name="x"), "cannot be dropped and changed at once"),
        ("product", edits(name="price"), "Resource 'product' cannot have two fields 'price'"),
        ("product", edits(name="x", price="x"), "Resource 'product' cannot have two fields 'x'"),
        ("product", edits(drop=("name", "price")), "would have no field left: keep one, or `poe"),
    ],
)
def test_a_change_that_cannot_be_is_an_error(name: str, asked: FieldEdits, sentence: str) -> None:
    with pytest.raises(ScaffoldError) as error:
        field_changes.change(BOTH, name, asked)
    assert sentence in str(error.value)


def test_without_resources_there_is_none_to_name() -> None:
    with pytest.raises(ScaffoldError, match=r"there are none yet, so use add\.$"):
        field_changes.change([], "product", edits({"no": TEXT}))


def test_references_follow_a_rename_and_fields_called_like_it_are_renamed() -> None:
    change = renaming.rename(BOTH, "product", "item", None)
    assert change.resources == [
        PRODUCT | {"name": "item"},
        {
            "name": "line",
            "fields": {
                "item": {"type": "ref", "to": "item"},
                "spare": {"type": "ref", "to": "item", "optional": True},
                "line": {"type": "ref", "to": "line", "optional": True},
            },
        },
    ]
    assert change.migration == {
        "renames": [{"table": "lines", "old": "product_id", "new": "item_id"}],
        "tables": [{"old": "products", "new": "items"}],
        "defaults": [],
    }
    assert change.breaks_clients


def test_a_reference_to_itself_is_renamed_in_the_new_table() -> None:
    change = renaming.rename(BOTH, "line", "row", None)
    assert list(change.resources[1]["fields"]) == ["product", "spare", "row"]
    assert change.renames == [("rows", "line_id", "row_id")]


def test_a_rename_of_the_name_alone_leaves_the_table() -> None:
    change = renaming.rename(BOTH, "product", "ware", "products")
    assert change.tables == []
    assert change.resources[0] == {"name": "ware", "plural": "products"} | {
        "fields": PRODUCT["fields"]
    }


@pytest.mark.parametrize(
    ("name", "new", "plural", "sentence"),
    [
        ("bill", "box", None, "There is no resource 'bill'"),
        ("product", "line", None, "'line' is taken by resource 'line': write another name"),
        ("product", "ware", "lines", "'lines' is taken by resource 'line': write another name"),
        ("product", "product", None, "Resource 'product' has that name already"),
        ("product", "product", "products", "Resource 'product' has that name already"),
    ],
)
def test_a_rename_that_cannot_be_is_an_error(
    name: str, new: str, plural: str | None, sentence: str
) -> None:
    with pytest.raises(ScaffoldError) as error:
        renaming.rename(BOTH, name, new, plural)
    assert sentence in str(error.value)


@pytest.mark.parametrize("first", [True, False])
def test_a_field_in_the_way_of_a_reference_is_named(*, first: bool) -> None:
    own = {"item": TEXT}
    fields = own | LINE["fields"] if first else LINE["fields"] | own
    with pytest.raises(ScaffoldError) as error:
        renaming.rename([PRODUCT, {"name": "line", "fields": fields}], "product", "item", None)
    assert str(error.value) == (
        "Resource 'line' has a field 'item' already, which the reference 'product' would be"
        " called: first rename it, with `poe resource change line --rename item=…`."
    )

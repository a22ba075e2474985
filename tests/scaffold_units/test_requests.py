"""A request is the change that it comes to, and nothing where all is so already."""

from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from scaffold.answers import FILE, Resource
from scaffold.errors import ScaffoldError
from scaffold.git import Repository
from scaffold.resources import requests
from scaffold.resources.field_changes import FieldEdits
from tests.repositories import commit, git

TEXT: Final[dict[str, Any]] = {"type": "str"}
BILL: Final[Resource] = {"name": "bill", "fields": {"no": TEXT, "note": TEXT}}
NOTHING: Final[Resource] = {"name": None, "plural": None, "id": None, "fields": {}}


@pytest.fixture
def earlier(tmp_path: Path) -> Repository:
    """A repository in which the resource has been committed."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / FILE).write_text(yaml.safe_dump({"resources": [BILL]}))
    commit(tmp_path)
    return Repository(tmp_path)


def test_a_resource_is_added_as_it_is_given_or_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "bill.yml"
    file.write_text(yaml.safe_dump(BILL))
    given = requests.add([], NOTHING | BILL, None)
    assert given == requests.add([], NOTHING, file)
    assert given is not None
    assert given.resources == [BILL]
    assert requests.add([BILL], NOTHING | BILL, None) is None


@pytest.mark.parametrize(
    ("given", "with_file"),
    [
        (NOTHING, False),
        (NOTHING | {"name": "bill"}, False),
        (NOTHING | {"fields": {"no": TEXT}}, False),
        (NOTHING | BILL, True),
    ],
)
def test_neither_or_both_of_a_resource_and_a_file_are_an_error(
    tmp_path: Path, given: Resource, *, with_file: bool
) -> None:
    with pytest.raises(ScaffoldError, match=r"^Write a name and at least one field"):
        requests.add([], given, tmp_path / "bill.yml" if with_file else None)


def test_a_change_needs_something_to_change(earlier: Repository) -> None:
    with pytest.raises(ScaffoldError, match=r"^Write what changes: a field"):
        requests.change(earlier, [BILL], "bill", FieldEdits({}, [], {}), None)


def test_fields_from_a_file_come_before_those_of_the_command_line(
    earlier: Repository, tmp_path: Path
) -> None:
    file = tmp_path / "bill.yml"
    file.write_text("{name: bill, fields: {size: {type: int}, open: {type: bool}}}")
    change = requests.change(earlier, [BILL], "bill", FieldEdits({"size": TEXT}, [], {}), file)
    assert change is not None
    fields = change.resources[0]["fields"]
    assert fields == BILL["fields"] | {"size": TEXT, "open": {"type": "bool"}}


def test_a_second_run_has_nothing_left_to_do(earlier: Repository) -> None:
    after = [{"name": "bill", "fields": {"number": TEXT}}]
    edits = FieldEdits({}, ["note"], {"no": "number"})
    first = requests.change(earlier, [BILL], "bill", edits, None)
    assert first is not None
    assert first.resources == after
    assert requests.change(earlier, after, "bill", edits, None) is None


def test_what_there_never_was_cannot_have_been_dropped_or_renamed(earlier: Repository) -> None:
    for edits in (FieldEdits({}, ["size"], {}), FieldEdits({}, [], {"size": "no"})):
        with pytest.raises(ScaffoldError, match=r"^Resource 'bill' has no field 'size'"):
            requests.change(earlier, [BILL], "bill", edits, None)


def test_a_field_of_the_old_name_under_another_one_is_no_second_run(earlier: Repository) -> None:
    after = [{"name": "bill", "fields": {"number": TEXT}}]
    with pytest.raises(ScaffoldError, match=r"^Resource 'bill' has no field 'no'"):
        requests.change(earlier, after, "bill", FieldEdits({}, [], {"no": "figure"}), None)


def test_a_second_rename_has_nothing_left_to_do(earlier: Repository) -> None:
    first = requests.rename(earlier, [BILL], "bill", "invoice", None)
    assert first is not None
    assert first.resources == [BILL | {"name": "invoice"}]
    assert requests.rename(earlier, first.resources, "bill", "invoice", None) is None
    with pytest.raises(ScaffoldError, match="There is no resource 'box'"):
        requests.rename(earlier, first.resources, "box", "invoice", None)


def test_fields_and_new_names_are_read_from_the_command_line() -> None:
    assert requests.fields_of(["no:int", "note:str"]) == {"no": {"type": "int"}, "note": TEXT}
    assert requests.renames_of(["no=number", "a=b"]) == {"no": "number", "a": "b"}
    with pytest.raises(ScaffoldError, match=r"^Field 'no' is given twice: keep one of the two"):
        requests.fields_of(["no:int", "no:str"])
    for text in ("no", "no=", "=no"):
        with pytest.raises(ScaffoldError, match=rf"^'{text}' is not old=new: write it as in"):
            requests.renames_of([text])

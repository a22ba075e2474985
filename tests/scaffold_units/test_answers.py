"""The answers of a service and files of resources are read, or the error says what to write."""

from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jinja2 import FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment

from scaffold.answers import (
    FILE,
    column_of,
    earlier_resources,
    plural_of,
    read_answers,
    read_fields,
    read_resources,
    resources_of,
)
from scaffold.errors import ScaffoldError
from scaffold.git import Repository
from tests.repositories import commit, git
from tests.support import TEMPLATE

NAMES: Final = (
    *("order", "city", "day", "box", "bus", "branch", "dish", "soliloquy", "a_1", "y", "fly"),
    *("quiz", "order_key", "tax"),
)
BILL: Final[dict[str, Any]] = {"name": "bill", "fields": {"no": {"type": "int"}}}


def test_plurals_are_those_of_the_template() -> None:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATE / "template" / "_macros"),
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
        trim_blocks=True,
    )
    module: Any = environment.get_template("names.jinja").module
    for name in NAMES:
        assert plural_of({"name": name}) == str(module.plural_of(name)).strip()
    assert plural_of({"name": "person", "plural": "people"}) == "people"


def test_only_the_column_of_a_reference_differs_from_its_field() -> None:
    assert column_of("product", {"type": "ref"}) == "product_id"
    assert column_of("product", {"type": "str"}) == "product"


def test_what_a_service_remembers_is_read(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("_commit: v1.0.0\n_src_path: gh:owner/template\nci: none\n")
    assert read_answers(tmp_path) == ("gh:owner/template", "v1.0.0", {"ci": "none"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, f"There is no {FILE} here: run this in a service that Copier has rendered."),
        ("", f"{FILE} holds no answers: restore it with `git checkout {FILE}`."),
        ("- a\n", f"{FILE} holds no answers: restore it with `git checkout {FILE}`."),
        ("<<<<<<< ours\n_commit: a\n=======\n", f"{FILE} is not YAML: "),
        ("_commit: v1.0.0\n", f"{FILE} has no _src_path, which says where the service came from"),
        ("_src_path: a\n", f"{FILE} has no _commit, which says where the service came from"),
    ],
)
def test_answers_that_cannot_be_read_are_an_error(
    tmp_path: Path, text: str | None, sentence: str
) -> None:
    if text is not None:
        (tmp_path / FILE).write_text(text)
    with pytest.raises(ScaffoldError) as error:
        read_answers(tmp_path)
    assert str(error.value).startswith(sentence)


def test_resources_have_their_keys_in_the_usual_order() -> None:
    [found] = resources_of({"resources": [{"fields": {}, "plural": None, "name": "bill"}]})
    assert list(found.items()) == [("name", "bill"), ("fields", {})]
    assert resources_of({}) == resources_of({"resources": None}) == []


@pytest.mark.parametrize("resources", ["bill", ["bill"], [{"name": 5, "fields": {}}], [{}]])
def test_malformed_resources_are_an_error(resources: Any) -> None:
    with pytest.raises(ScaffoldError, match="has malformed resources: restore it with"):
        resources_of({"resources": resources})


def test_a_file_holds_one_resource_or_a_list_of_them(tmp_path: Path) -> None:
    file = tmp_path / "bill.yml"
    for content in (BILL, [BILL]):
        file.write_text(yaml.safe_dump(content))
        assert read_resources(file) == [BILL]
    assert read_fields(file, "bill") == BILL["fields"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "cannot be read: write the path of a YAML file behind --from."),
        (b"a: [", "is not YAML: "),
        (b"", "is not a resource: write {name: product,"),
        (b"[]", "is not a resource: write {name: product,"),
        (b"[{name: bill}, 5]", "is not a resource: write {name: product,"),
        (b"{name: 5}", "is not a resource: write {name: product,"),
    ],
)
def test_a_file_that_holds_no_resources_is_an_error(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "bill.yml"
    file.write_bytes(content)
    with pytest.raises(ScaffoldError) as error:
        read_resources(file)
    assert str(error.value).startswith(f"{file} {sentence}")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{name: box, fields: {a: {type: int}}}", "has no fields for 'bill': write {name: bill,"),
        ("{name: bill, fields: [no]}", "has no fields for 'bill': write {name: bill,"),
        ("{name: bill, fields: {on: {type: int}}}", "such as on, in quotes."),
        ("{name: bill, fields: {a: int}}", "has no fields for 'bill'"),
        ("{name: bill, fields: {a: {gt: 5}}}", "has no fields for 'bill'"),
        ("{name: bill, id: uuid, fields: {a: {type: int}}}", "has id, and only fields can change"),
    ],
)
def test_a_file_that_has_no_fields_of_the_resource_is_an_error(
    tmp_path: Path, content: str, sentence: str
) -> None:
    file = tmp_path / "bill.yml"
    file.write_text(content)
    with pytest.raises(ScaffoldError) as error:
        read_fields(file, "bill")
    assert sentence in str(error.value)


def test_earlier_resources_are_those_that_were_committed_whatever_else_was(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    box = BILL | {"name": "box"}
    texts = [yaml.safe_dump({"resources": [BILL, "odd"]}), "<<<<<<< a: [", "5\n", "{}\n"]
    for text in [*texts, yaml.safe_dump({"resources": [box]})]:
        (tmp_path / FILE).write_text(text)
        commit(tmp_path)
    assert list(earlier_resources(Repository(tmp_path))) == [box, BILL]

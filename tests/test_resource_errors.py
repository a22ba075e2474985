"""`poe resource` fails with a sentence that says what to write, before it writes anything."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.repositories import commit, git
from tests.running import scaffold

ANSWERS: Final = ".copier-answers.yml"
ERRORS: Final = [
    (
        ("add", "product", "sku:str"),
        "Resource 'product' exists already, with other fields: use `poe resource change product …`",
    ),
    (("add", "bill", "total"), "Field 'total' has no type: write it as in total:str."),
    (("add", "bill", "a:int", "a:str"), "Field 'a' is given twice: keep one of the two."),
    (("add", "bill"), "Write a name and at least one field, as in poe resource add product"),
    (("add",), "Write a name and at least one field"),
    (("add", "bill", "a:int", "--from", "a.yml"), "or --from with a YAML file, and nothing else."),
    (("add", "--from", "a.yml"), "a.yml cannot be read: write the path of a YAML file"),
    (("add", "--from", ".env.example"), ".env.example is not a resource: write {name: product,"),
    (("add", "--from", ".gitignore"), ".gitignore is not YAML: "),
    (("add", "bill", "a:number"), "Field 'a' of resource 'bill' has the unknown type 'number':"),
    (("add", "bill", "a:int", "--plural", "products"), "Resource 'bill' has the plural 'products'"),
    (("change", "order", "a:int"), "There is no resource 'order': write one of"),
    (("change", "product"), "Write what changes: a field, as in"),
    (("change", "product", "--from", ANSWERS), "is not a resource: write {name:"),
    (("add", "bill", "a:ref:to=order"), "Field 'a' of resource 'bill' refers to 'order', which is"),
    (("add", "bill", "a:str", "--id", "text"), "Resource 'bill' has the id 'text': write id: int"),
    (("change", "product", "name:str:default"), "Field 'name:str:default' has default without a"),
    (
        ("change", "product", "--drop", "sku"),
        "Resource 'product' has no field 'sku': write one of name, price.",
    ),
    (("change", "product", "--rename", "name"), "'name' is not old=new: write it as in --rename"),
    (
        ("change", "product", "--rename", "name=class"),
        "Field 'class' of resource 'product' is not a valid name, as Python, the database or",
    ),
    (("rename", "bill", "item"), "There is no resource 'bill': write one of"),
    (("rename", "product", "product"), "Resource 'product' has that name already: write another"),
    (("rename", "product", "class"), "Resource 'class' "),
    (("rename", "product", "Item"), "Resource 'Item' "),
    (("rename", "product", "item", "--plural", "class"), "has the plural 'class'"),
    (("continue",), "Nothing is under way here: there is nothing to finish."),
    (("abort",), "Nothing is under way here: there is nothing to undo."),
    # One that the command refuses, and one that the template does, without writing.
    (("change", "product", "--drop", "sku", "--dry-run"), "Resource 'product' has no field 'sku'"),
    (("add", "bill", "a:ref:to=order", "--dry-run"), "Field 'a' of resource 'bill' refers to"),
]


@pytest.fixture
def untouched(committed_service: Path) -> Iterator[Path]:
    """A service that stays as it is."""
    yield committed_service
    assert git(committed_service, "status", "--short") == ""


@pytest.fixture
def own(committed_service: Path, tmp_path: Path) -> Path:
    """A service for one test to change, whose environment nothing needs."""
    place = tmp_path / "service"
    shutil.copytree(committed_service, place)
    return place


def error(service: Path, *arguments: str) -> str:
    """Return the sentence that `poe resource` fails with."""
    code, output = scaffold(service, "resource", *arguments)
    assert code == 1
    assert "Traceback" not in output
    return output


@pytest.mark.parametrize(("arguments", "sentence"), ERRORS)
def test_what_cannot_be_is_an_error(
    arguments: tuple[str, ...], sentence: str, untouched: Path
) -> None:
    assert sentence in error(untouched, *arguments)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{name: product, fields: {on: {type: bool}}}", "such as on, in quotes."),
        (
            "{name: product, id: uuid, fields: {a: {type: int}}}",
            "has id, and only fields can change",
        ),
    ],
)
def test_a_file_that_changes_something_else_is_an_error(
    untouched: Path, tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "product.yml"
    file.write_text(text)
    assert sentence in error(untouched, "change", "product", "--from", str(file))


def test_a_resource_that_others_refer_to_cannot_be_removed_nor_a_taken_name_given(
    own: Path,
) -> None:
    answers = own / ANSWERS
    remembered = yaml.safe_load(answers.read_text())
    fields = {"product": {"type": "ref", "to": "product"}, "item": {"type": "text"}}
    remembered["resources"].append({"name": "order_item", "fields": fields})
    answers.write_text(yaml.safe_dump(remembered))
    commit(own)
    assert (
        "Resource 'product' is what field 'product' of resource 'order_item' refers to: first "
        "`poe resource change order_item --drop product`, or remove 'order_item'."
    ) in error(own, "remove", "product")
    taken = "is taken by resource 'order_item': write another name, or another plural"
    assert taken in error(own, "rename", "product", "order_item")
    assert taken in error(own, "rename", "product", "box", "--plural", "order_items")
    assert "Resource 'order_item' has a field 'item' already" in error(
        own, "rename", "product", "item"
    )
    assert git(own, "status", "--short") == ""


def test_a_dirty_tree_is_an_error(own: Path) -> None:
    (own / "own.py").write_text('"""My own."""\n')
    for options in ([], ["--dry-run"]):
        output = error(own, "add", "bill", "total:float", *options)
        assert "The work tree is dirty (own.py): commit or stash first" in output
    git(own, "add", "--all")
    assert "The work tree is dirty" in error(own, "remove", "product")
    assert "The work tree is dirty" in error(own, "rename", "product", "item")
    assert git(own, "status", "--short") == "A  own.py\n"


def test_a_part_of_a_repository_needs_all_of_it_committed(own: Path) -> None:
    place = own / "services" / "shop"
    place.mkdir(parents=True)
    for path in list(own.iterdir()):
        if path.name not in {".git", "services"}:
            path.rename(place / path.name)
    commit(own)
    (own / "other.txt").write_text("beside\n")
    assert "The work tree is dirty (other.txt)" in error(place, "add", "bill", "total:float")


def test_a_service_without_git_is_an_error(own: Path) -> None:
    shutil.rmtree(own / ".git")
    assert "This is not a git repository: first run `git init -b main`" in error(
        own, "remove", "product"
    )


def test_a_service_without_answers_is_an_error(own: Path) -> None:
    (own / ANSWERS).unlink()
    assert f"There is no {ANSWERS} here" in error(own, "list")


def test_a_missing_template_is_an_error(own: Path) -> None:
    answers = own / ANSWERS
    answers.write_text(answers.read_text().replace("_src_path: /", "_src_path: /missing/"))
    commit(own)
    assert "The template cannot be rendered at v0.0.1: " in error(own, "add", "bill", "total:float")
    assert git(own, "status", "--short") == ""

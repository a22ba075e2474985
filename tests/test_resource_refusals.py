"""`poe resource` refuses what cannot be, with a sentence, before it writes anything."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.repositories import commit, git
from tests.shared_processes import Forks
from tests.support import Service

REFUSED: Final = [
    (
        ("add", "product", "sku:str"),
        "Resource 'product' is there already, and is another: use `poe resource change product …`",
    ),
    (("add", "bill", "total"), "Field 'total' has no type: write it as in total:str."),
    (("add", "bill", "a:int", "a:str"), "Field 'a' is there twice: keep one of the two."),
    (("add", "bill"), "Write a name and at least one field, as in poe resource add product"),
    (("add",), "Write a name and at least one field"),
    (("add", "bill", "a:int", "--from", "a.yml"), "or --from with a YAML file, and nothing else."),
    (("add", "--from", "a.yml"), "a.yml cannot be read: write the path of a YAML file"),
    (("add", "--from", ".env.example"), ".env.example is no resource: write {name: product,"),
    (("add", "--from", ".gitignore"), ".gitignore is not YAML: "),
    (("add", "bill", "a:number"), "Field 'a' of resource 'bill' has the unknown type 'number':"),
    (("add", "bill", "a:int", "--plural", "products"), "Resource 'bill' has the plural 'products'"),
    (
        ("change", "order", "a:int"),
        "There is no resource 'order': write one of those there are (product), or use add.",
    ),
    (("change", "product"), "Write what changes: a field, as in"),
    (("change", "product", "--from", ".copier-answers.yml"), "is no resource: write {name:"),
    (("add", "bill", "a:ref:to=order"), "Field 'a' of resource 'bill' refers to 'order', which is"),
    (("add", "bill", "a:str", "--id", "text"), "Resource 'bill' has the id 'text': write id: int"),
    (("change", "product", "name:str:default"), "Field 'name:str:default' has default without a"),
    (
        ("change", "product", "--drop", "sku"),
        "Resource 'product' has no field 'sku': write one of name, price.",
    ),
    (
        ("change", "product", "--rename", "sku=code"),
        "Resource 'product' has no field 'sku': write one of name, price.",
    ),
    (
        ("change", "product", "--rename", "name=price"),
        "Resource 'product' cannot have two fields 'price': write another name.",
    ),
    (("change", "product", "--rename", "name"), "'name' is not old=new: write it as in --rename"),
    (
        ("change", "product", "--drop", "name", "--rename", "name=label"),
        "Field 'name' is to go and to be something else: write one of the two.",
    ),
    (
        ("change", "product", "--drop", "name", "--drop", "price"),
        "Resource 'product' would have no field left: keep one, or `poe resource remove product`.",
    ),
    (
        ("change", "product", "--rename", "name=class"),
        "Field 'class' of resource 'product' cannot be called so, as Python, the database or",
    ),
    (("rename", "product"), "invalid choice: 'rename'"),
]

# One that the tool refuses, and one that the template does: the others are on the same two ways.
REFUSED_DRY: Final = [
    (
        ("change", "product", "--drop", "sku", "--dry-run"),
        "Resource 'product' has no field 'sku': write one of name, price.",
    ),
    (
        ("add", "bill", "a:ref:to=order", "--dry-run"),
        "Field 'a' of resource 'bill' refers to 'order', which is",
    ),
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def untouched(
    committed_service: Path, environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Service:
    """A service that no test of this module changes."""
    place = tmp_path_factory.mktemp("untouched") / "service"
    shutil.copytree(committed_service, place)
    return Service(place, environment)


@pytest.fixture(autouse=True)
def _nothing_is_written(untouched: Service) -> Iterator[None]:
    yield
    assert git(untouched.path, "status", "--short") == ""


def refusal(service: Service, *arguments: str) -> str:
    """Return what `poe resource` says against something, without traceback."""
    code, output = service.attempt("poe", "resource", *arguments)
    assert code != 0
    assert "Traceback" not in output
    return output


@pytest.mark.parametrize(("arguments", "sentence"), [*REFUSED, *REFUSED_DRY])
def test_what_cannot_be_is_refused(
    arguments: tuple[str, ...], sentence: str, untouched: Service, forks: Forks
) -> None:
    code, output = forks.attempt(untouched, "tools.resource", *arguments)
    assert code != 0
    assert sentence in output
    assert "Traceback" not in output


def test_a_refusal_reaches_the_command_line(untouched: Service) -> None:
    arguments, sentence = REFUSED[0]
    assert sentence in refusal(untouched, *arguments)


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
def test_a_file_that_changes_something_else_is_refused(
    untouched: Service, tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "product.yml"
    file.write_text(text)
    assert sentence in refusal(untouched, "change", "product", "--from", str(file))


def test_a_resource_that_others_refer_to_cannot_be_removed(owned: Service) -> None:
    answers = owned.path / ".copier-answers.yml"
    remembered = yaml.safe_load(answers.read_text())
    fields = {"product": {"type": "ref", "to": "product"}, "note": {"type": "text"}}
    remembered["resources"].append({"name": "order_item", "fields": fields})
    answers.write_text(yaml.safe_dump(remembered))
    commit(owned.path)
    assert (
        "Resource 'product' is what field 'product' of resource 'order_item' refers to: first "
        "`poe resource change order_item --drop product`, or remove 'order_item'."
    ) in refusal(owned, "remove", "product")
    assert git(owned.path, "status", "--short") == ""


def test_a_dirty_tree_is_refused(owned: Service) -> None:
    (owned.path / "own.py").write_text('"""My own."""\n')
    for options in ([], ["--dry-run"]):
        output = refusal(owned, "add", "bill", "total:float", *options)
        assert "The work tree is dirty (own.py): commit or stash first" in output
    git(owned.path, "add", "--all")
    assert "The work tree is dirty" in refusal(owned, "remove", "product")
    assert git(owned.path, "status", "--short") == "A  own.py\n"


def test_a_part_of_a_repository_needs_all_of_it_committed(owned: Service) -> None:
    place = owned.path / "services" / "shop"
    place.mkdir(parents=True)
    for path in list(owned.path.iterdir()):
        if path.name not in {".git", "services"}:
            path.rename(place / path.name)
    commit(owned.path)
    shop = Service(place, owned.environment)
    (owned.path / "other.txt").write_text("beside\n")
    assert "The work tree is dirty (other.txt)" in refusal(shop, "add", "bill", "total:float")
    commit(owned.path)
    (place / "uv.lock").write_text("version = 1\n")
    dry = shop.run("poe", "resource", "add", "bill", "total:float", "--dry-run")
    assert "  app/models/bill.py\n" in dry
    assert "  app/models/bill.py\n" in shop.run("poe", "resource", "add", "bill", "total:float")
    assert (place / "app" / "models" / "bill.py").exists()


def test_a_service_without_git_is_refused(owned: Service) -> None:
    shutil.rmtree(owned.path / ".git")
    assert "This is not a git repository: first `git init -b main`" in refusal(
        owned, "remove", "product"
    )


def test_a_service_without_answers_is_refused(owned: Service) -> None:
    (owned.path / ".copier-answers.yml").unlink()
    assert "There is no .copier-answers.yml here" in refusal(owned, "list")


def test_a_template_that_is_gone_is_told(owned: Service) -> None:
    answers = owned.path / ".copier-answers.yml"
    text = answers.read_text()
    answers.write_text(text.replace("_src_path: /", "_src_path: /gone/"))
    commit(owned.path)
    assert "Copier could not update the service" in refusal(owned, "add", "bill", "total:float")
    assert git(owned.path, "status", "--short") == ""

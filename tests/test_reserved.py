"""The names that resources and fields cannot have are those that would break something: no others.

What is taken is read from a render, from Python and from the libraries.
"""

import ast
import builtins
import json
import keyword
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from copier import run_copy
from jinja2 import Environment, FileSystemLoader

from tests.answer_sets import TYPES, resource
from tests.support import TEMPLATE, Service

NAME: Final = "order_item"
CLASS: Final = "OrderItem"
FIELDS: Final = TYPES | {"above": {"type": "ref", "to": NAME, "optional": True}}
PASCAL: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
FROM_THE_LIBRARIES: Final = """
import json, re, sys
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql.base import PGIdentifierPreparer
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass

def public(kind):
    return [name for name in dir(kind) if not name.startswith("_")]

json.dump([public(BaseModel), public(Base), sorted(PGIdentifierPreparer.reserved_words)], sys.stdout)
"""
FROM_THE_DATABASE: Final = """
import asyncio, json, sys, asyncpg
from tools.postgres import scratch_database

async def read(url):
    connection = await asyncpg.connect(url)
    words = await connection.fetch("SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')")
    columns = await connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attnum < 0 AND attrelid = 'pg_class'::regclass"
    )
    await connection.close()
    return [[row[0] for row in words], [row[0] for row in columns]]

with scratch_database() as url:
    json.dump(asyncio.run(read(url)), sys.stdout)
"""


@pytest.fixture(scope="module")
def reserved() -> Any:
    """The lists of the template."""
    environment = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True)
    return environment.get_template("template/_macros/reserved.jinja").module


@pytest.fixture(scope="module")
def render(template_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A service whose one resource uses every type and modifier, and refers to itself."""
    place = tmp_path_factory.mktemp("reserved") / "service"
    answers = {"resources": [resource(NAME, **FIELDS)]}
    run_copy(str(template_files), place, data=answers, defaults=True, quiet=True)
    return place


@pytest.fixture(scope="module")
def modules(render: Path) -> dict[Path, ast.Module]:
    """The modules that are rendered for the resource."""
    paths = [path for path in render.rglob("*.py") if NAME in path.stem]
    assert len(paths) == 9
    return {path: ast.parse(path.read_text()) for path in paths}


def bound(tree: ast.AST) -> Iterator[str]:
    """Yield the names that an import, an assignment or a definition binds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def used(tree: ast.AST) -> set[str]:
    """Return all names, bound or only read."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | set(bound(tree))


def test_keywords_and_builtins_are_those_of_python(reserved: Any) -> None:
    names = {name for name in dir(builtins) if re.fullmatch("[a-z]+", name)}
    assert set(reserved.KEYWORDS) == {word for word in keyword.kwlist if word.islower()}
    assert set(reserved.BUILTINS) == names


def classes_beside(modules: dict[Path, ast.Module]) -> set[str]:
    """Return the names of classes in the files that have the class of the resource."""
    files = [set(bound(tree)) for tree in modules.values() if CLASS in set(bound(tree))]
    found = {name for names in files for name in names if PASCAL.fullmatch(name)}
    return {name for name in found if not name.startswith(CLASS)}


def variables_beside(modules: dict[Path, ast.Module]) -> set[str]:
    """Return the names in the functions that have the variable of the resource."""
    functions = [
        ast.Module([ast.Expr(ast.Lambda(node.args, ast.Constant(None))), *node.body], [])
        for tree in modules.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef) and NAME in set(bound(node))
    ]
    assert functions
    found = {name for inside in functions for name in used(inside)}
    return {name for name in found if name.islower() and NAME not in name}


def test_classes_are_those_in_files_with_the_class_of_the_resource(
    reserved: Any, modules: dict[Path, ast.Module]
) -> None:
    names = {"False", "None", "True", "I", "O"}
    assert set(reserved.CLASSES) == classes_beside(modules) | names


def test_variables_are_those_in_functions_with_the_variable_of_the_resource(
    reserved: Any, modules: dict[Path, ast.Module]
) -> None:
    assert set(reserved.VARIABLES) == variables_beside(modules) - set(reserved.BUILTINS)


def test_names_of_auth_are_those_that_an_owned_resource_adds(
    reserved: Any, template_files: Path, tmp_path: Path
) -> None:
    owned = resource(NAME, **FIELDS) | {"owned": True}
    answers = {"resources": [owned], "features": ["auth"]}
    run_copy(str(template_files), tmp_path, data=answers, defaults=True, quiet=True)
    paths = [path for path in tmp_path.rglob("*.py") if NAME in path.stem]
    modules = {path: ast.parse(path.read_text()) for path in paths}
    classes, variables = classes_beside(modules), variables_beside(modules)
    assert set(reserved.AUTH_CLASSES) == classes - set(reserved.CLASSES)
    known = {*reserved.VARIABLES, *reserved.BUILTINS}
    assert set(reserved.AUTH_RESOURCES) == variables - known


def test_modules_are_those_beside_the_modules_of_the_resource(
    reserved: Any, render: Path, modules: dict[Path, ast.Module]
) -> None:
    folders = {path.parent for path in modules if path.stem == NAME}
    beside = {path.stem for folder in folders for path in folder.glob("[!_]*.py")}
    assert render / "app/models" in folders
    assert set(reserved.MODULES) == beside - {NAME}


def test_names_in_classes_are_those_that_the_classes_read(
    reserved: Any, modules: dict[Path, ast.Module]
) -> None:
    classes = [
        node
        for path, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and "models" in path.parts
    ]
    read = {
        node.id
        for tree in classes
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    assert set(reserved.IN_CLASSES) == {name for name in read if name.islower()} - set(FIELDS)


def test_columns_and_parameters_are_those_of_every_resource(reserved: Any, render: Path) -> None:
    assert set(reserved.COLUMNS) == union_of_members(render)
    query = members(render / "app/models/base.py", "PageQuery")
    assert set(reserved.PARAMETERS) == query | {"db", "self"}


def test_the_tables_of_the_tests_are_taken(reserved: Any) -> None:
    files = [TEMPLATE / "template" / "tests" / name for name in ("gadgets.py", "shelves.py")]
    tables = [re.findall('__tablename__ = "(.*)"', file.read_text()) for file in files]
    assert all(tables)
    assert {*tables[0], *tables[1]} <= set(reserved.RELATIONS)


def test_every_list_counts(reserved: Any) -> None:
    for_resources = ("KEYWORDS", "BUILTINS", "VARIABLES", "MODULES", "OF_IDS", "UNREADABLE")
    for_fields = (
        *("KEYWORDS", "UNREADABLE", "COLUMNS", "PARAMETERS", "IN_CLASSES", "OF_MODELS"),
        *("OF_TABLES", "SYSTEM_COLUMNS", "UNQUOTED"),
    )
    assert set(reserved.RESOURCES) == union(reserved, for_resources)
    assert set(reserved.FIELDS) == union(reserved, for_fields)
    assert set(reserved.PLURALS) == union(reserved, ("KEYWORDS", "UNQUOTED"))


@pytest.mark.slow
def test_attributes_are_those_of_the_libraries(reserved: Any, service: Service) -> None:
    of_models, of_tables, _ = json.loads(
        service.run("python", "-W", "ignore", "-c", FROM_THE_LIBRARIES)
    )
    assert set(reserved.OF_MODELS) == set(of_models)
    assert set(reserved.OF_TABLES) == set(of_tables) | {"type_annotation_map"}


@pytest.mark.slow
def test_words_of_the_database_are_those_it_reserves(reserved: Any, service: Service) -> None:
    quoted = json.loads(service.run("python", "-W", "ignore", "-c", FROM_THE_LIBRARIES))[2]
    words, columns = json.loads(service.run("python", "-c", FROM_THE_DATABASE))
    assert set(reserved.SYSTEM_COLUMNS) == set(columns)
    assert set(reserved.UNQUOTED) == {word for word in words if word not in quoted} - {"x"}


def members(path: Path, name: str) -> set[str]:
    """Return the public attributes and methods that a class of a module declares."""
    tree = ast.parse(path.read_text())
    found = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    fields = {
        node.target.id
        for node in found.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    methods = {node.name for node in found.body if isinstance(node, ast.FunctionDef)}
    return {member for member in fields | methods if not member.startswith("_")}


def union_of_members(render: Path) -> set[str]:
    """Return the columns that the mixins of the tables declare."""
    mixins = ("VersionMixin", "RowMixin", "UuidRowMixin")
    return {name for mixin in mixins for name in members(render / "app/db/base.py", mixin)}


def union(reserved: Any, names: tuple[str, ...]) -> set[str]:
    """Return all words of some lists."""
    return {word for name in names for word in getattr(reserved, name)}

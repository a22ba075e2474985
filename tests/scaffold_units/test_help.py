"""The help agrees with the template on the types of fields and their modifiers."""

import re
from typing import Any

from jinja2 import FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment

from scaffold.help import FIELDS
from scaffold.resources.modifiers import FLAGS, NUMBERS, NUMERIC_TYPES, VALUES
from tests.support import TEMPLATE


def types() -> Any:
    """Return the module of the template that knows the types."""
    loader = FileSystemLoader(TEMPLATE / "template" / "_macros")
    return SandboxedEnvironment(loader=loader).get_template("types.jinja").module


def test_the_help_lists_every_type_with_its_modifiers() -> None:
    listed = {
        name: modifiers.split(", ") if modifiers else []
        for name, modifiers in re.findall(r"^  ([a-z]+)(?: +([a-z_, ]+))?$", FIELDS, re.MULTILINE)
    }
    assert listed == {name: kind["modifiers"] for name, kind in types().TYPES.items()}


def test_the_command_line_knows_every_modifier_of_the_template() -> None:
    template = types()
    known = {name for kind in template.TYPES.values() for name in kind["modifiers"]}
    assert {*FLAGS, *VALUES} == known | set(template.COMMON_MODIFIERS)
    assert set(NUMBERS) == set(template.LIMITS) - {"pattern"}
    assert set(NUMERIC_TYPES) == {
        name for name, kind in template.TYPES.items() if "gt" in kind["modifiers"]
    }

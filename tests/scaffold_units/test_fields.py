"""The short form of a field says what the answers say."""

from typing import Any, Final

import pytest

from scaffold.errors import ScaffoldError
from scaffold.resources.fields import field_text, parse_field

FIELDS: Final[list[tuple[str, str, dict[str, Any]]]] = [
    ("note:text", "note", {"type": "text"}),
    ("note:text:optional", "note", {"type": "text", "optional": True}),
    ("stock:int:gt=0,le=1000", "stock", {"type": "int", "gt": 0, "le": 1000}),
    ("stock:int:default=-5", "stock", {"type": "int", "default": -5}),
    ("weight:float:ge=0.5,default=1.0", "weight", {"type": "float", "ge": 0.5, "default": 1.0}),
    ("open:bool:default=true", "open", {"type": "bool", "default": True}),
    ("open:bool:default=false,index", "open", {"type": "bool", "default": False, "index": True}),
    ("code:str:optional=false", "code", {"type": "str", "optional": False}),
    ("code:str:default=5", "code", {"type": "str", "default": "5"}),
    ("code:str:default=a=b:c", "code", {"type": "str", "default": "a=b:c"}),
    ('code:str:default=""', "code", {"type": "str", "default": ""}),
    ('code:str:default="a, b",unique', "code", {"type": "str", "default": "a, b", "unique": True}),
    (r'code:str:default="\"a\", \\"', "code", {"type": "str", "default": '"a", \\'}),
    (
        "code:str:unique,pattern=^[a-z]{2,3}:=,$",
        "code",
        {"type": "str", "unique": True, "pattern": "^[a-z]{2,3}:=,$"},
    ),
    (
        "price:decimal:max_digits=10,decimal_places=2,default=0.5",
        "price",
        {"type": "decimal", "max_digits": 10, "decimal_places": 2, "default": 0.5},
    ),
    (
        "status:enum:values=draft|paid,default=draft",
        "status",
        {"type": "enum", "values": ["draft", "paid"], "default": "draft"},
    ),
    (
        "product:ref:to=product,on_delete=restrict",
        "product",
        {"type": "ref", "to": "product", "on_delete": "restrict"},
    ),
    ("strange:unknown:odd,other=1", "strange", {"type": "unknown", "odd": True, "other": "1"}),
]

MALFORMED: Final = [
    ("", "has no name: write it as in quantity:int:gt=0,le=1000."),
    (":int", "has no name: write it as in quantity:int:gt=0,le=1000."),
    ("stock", "has no type: write it as in stock:str."),
    ("stock::gt=0", "has no type: write it as in stock:str."),
    ("stock:int:", "ends in a colon: write stock:int, or a modifier behind it."),
    ("stock:int:gt=0,", "has an empty modifier: write one, or remove the comma."),
    ("stock:int:,gt=0", "has an empty modifier: write one, or remove the comma."),
    ("stock:int:gt=0,gt=1", "gives gt twice: keep one of the two."),
    ("stock:int:gt", "has gt without a value: write it as in gt=1."),
    ("stock:int:gt=", "has gt=: write a number, as in gt=1."),
    ("stock:int:gt=few", "has gt=few: write a number, as in gt=1."),
    ("stock:int:default=few", "has default=few: write a number, as in default=1."),
    ("stock:int:optional=yes", "has optional=yes: write optional=true or optional=false."),
    ("open:bool:default=yes", "has default=yes: write default=true or default=false."),
    ("code:str:pattern", "has pattern without a value: write it as in pattern=[A-Z]+."),
    ("code:ref:to=", "has to without a value: write one after the sign, or remove it."),
    (
        'code:str:default="a, b',
        'opens a quote and does not close it: write default="one, two".',
    ),
]


@pytest.mark.parametrize(("text", "name", "field"), FIELDS)
def test_a_field_is_read(text: str, name: str, field: dict[str, Any]) -> None:
    assert parse_field(text) == (name, field)


@pytest.mark.parametrize(("text", "name", "field"), FIELDS)
def test_a_field_that_is_written_can_be_read_back(
    text: str, name: str, field: dict[str, Any]
) -> None:
    assert text.startswith(name)
    assert parse_field(field_text(name, field)) == (name, field)


def test_numbers_keep_their_kind() -> None:
    _, field = parse_field("weight:float:gt=1,lt=2.0")
    assert [type(field[key]) for key in ("gt", "lt")] == [int, float]


@pytest.mark.parametrize(("text", "sentence"), MALFORMED)
def test_a_malformed_field_is_an_error_that_says_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(ScaffoldError) as error:
        parse_field(text)
    assert str(error.value) == f"Field '{text}' {sentence}"

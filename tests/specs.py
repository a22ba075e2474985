"""Unusual answers for Hypothesis to generate: garbage, and specs that are legal."""

from typing import Any, Final

from hypothesis import strategies as st

from tests.answer_sets import Spec
from tests.pattern_cases import TAKEN

INT64: Final = 2**63 - 1
FLAG: Final = st.just(True)

scalars: Final = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**40, max_value=10**60)
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.text(max_size=40)
    | st.binary(max_size=5)
)
garbage: Final = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(scalars | st.tuples(scalars), inner, max_size=3)
    ),
    max_leaves=8,
)


def nearly(key: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[Spec]:
    """Draw a mapping of one key to what belongs there, or to garbage."""
    return st.one_of(value, garbage).map(lambda drawn: {key: drawn})


def merged(*parts: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    """Draw a mapping that has some of the parts."""
    some = st.lists(st.one_of(*parts), max_size=len(parts))
    return some.map(lambda drawn: {key: part[key] for part in drawn for key in part})


kinds: Final = st.sampled_from(
    ["str", "text", "int", "float", "decimal", "bool", "date", "datetime", "uuid", "enum", "json"]
) | st.just("ref")
modifiers: Final = st.sampled_from(
    ["default", "min_length", "max_length", "gt", "ge", "lt", "le", "unique", "index", "optional"]
) | st.sampled_from(["pattern", "max_digits", "decimal_places", "values", "to", "on_delete"])
spoilt_fields: Final = st.builds(
    lambda kind, rest: kind | rest,
    nearly("type", kinds),
    st.dictionaries(modifiers, garbage, max_size=2),
)
spoilt_resources: Final = st.lists(
    st.builds(
        lambda name, rest: name | rest,
        nearly("name", st.sampled_from(["product", "order_item", "x"])),
        merged(
            nearly("plural", st.sampled_from(["things", "x"])),
            nearly("id", st.sampled_from(["int", "uuid"])),
            nearly("owned", st.booleans()),
            nearly("fields", st.dictionaries(scalars, spoilt_fields, max_size=2)),
            nearly("fields", st.dictionaries(st.just("name"), spoilt_fields, min_size=1)),
        ),
    ),
    max_size=2,
)

names: Final = st.one_of(
    st.from_regex(r"\A[a-z][a-z0-9]{0,9}(_[a-z0-9]{1,9}){0,2}\Z"),
    st.from_regex(r"\A[a-z]{10}_[a-z0-9]{14,19}\Z"),
)
printable: Final = st.text(
    st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("äß人"), max_size=120
) | st.sampled_from(["0.0.0.0", "/dev/shm/x"])


def texts(kind: str, longest: int) -> st.SearchStrategy[Spec]:
    """Draw a field of text with limits that fit each other."""
    lengths = st.tuples(st.integers(0, longest), st.integers(1, longest)).map(sorted)
    limited = lengths.map(lambda pair: {"min_length": pair[0], "max_length": max(pair[1], 1)})
    defaulted = printable.map(lambda text: {"default": text})
    unlimited: st.SearchStrategy[Spec] = st.just({})
    return st.one_of(unlimited, limited, defaulted).map(lambda rest: {"type": kind, **rest})


def numbers(kind: str, drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Spec]:
    """Draw a number with bounds that have room between them."""
    keys = st.tuples(st.sampled_from([None, "gt", "ge"]), st.sampled_from([None, "lt", "le"]))
    pairs = st.lists(drawn, min_size=2, max_size=2, unique=True).map(sorted)
    bounds = st.tuples(keys, pairs).map(lambda both: zip(*both, strict=True))
    return bounds.map(lambda ends: {"type": kind} | {key: end for key, end in ends if key})


def decimals() -> st.SearchStrategy[Spec]:
    """Draw a decimal with bounds that it can hold."""
    digits = st.tuples(st.integers(1, 28), st.integers(0, 28)).filter(lambda two: two[0] >= two[1])

    def bounded(two: tuple[int, int]) -> st.SearchStrategy[Spec]:
        size, places = two
        largest = min(10**size - 1, 10**9)
        steps = st.integers(-largest, largest).map(lambda whole: round(whole / 10**places, places))
        shape = {"max_digits": size, "decimal_places": places}
        return numbers("decimal", steps).map(lambda drawn: drawn | shape)

    return st.just({"type": "decimal"}) | digits.flatmap(bounded)


def enums() -> st.SearchStrategy[Spec]:
    """Draw an enumeration, now and then with a default."""
    value = st.from_regex(r"\A[A-Za-z][A-Za-z0-9]{0,8}([_-][A-Za-z0-9]{1,4}){0,2}\Z")
    values = st.lists(
        value | st.sampled_from(["password", "I", "O", "none", "True"]),
        min_size=2,
        max_size=5,
        unique_by=lambda text: text.upper().replace("-", "_"),
    )
    plain = values.map(lambda drawn: {"type": "enum", "values": drawn})
    return plain | plain.map(lambda field: field | {"default": field["values"][0]})


UNIQUE: Final = ("str", "int", "float", "decimal", "date", "datetime", "uuid")
WITHOUT_INDEX: Final = ("text", "json")


def flagged(field: Spec, optional: bool, unique: bool, index: bool) -> Spec:
    """Return a field with those of the flags that it can have."""
    flags = {
        "optional": optional and "default" not in field,
        "unique": unique and field["type"] in UNIQUE,
        "index": index and field["type"] not in WITHOUT_INDEX,
    }
    return field | dict.fromkeys([flag for flag, there in flags.items() if there], True)


fields: Final = st.builds(
    flagged,
    st.one_of(
        texts("str", 500),
        st.sampled_from(TAKEN).map(lambda pattern: {"type": "str", "pattern": pattern}),
        texts("text", 100000),
        numbers("int", st.integers(-INT64, INT64) | st.integers(-9, 9)),
        numbers("float", st.floats(-1e18, 1e18) | st.integers(-9, 9)),
        decimals(),
        enums(),
        st.sampled_from(["bool", "date", "datetime", "uuid", "json"]).map(
            lambda kind: {"type": kind}
        ),
    ),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
unrelated: Final = st.lists(
    st.builds(
        lambda name, id_type, fields: {"name": name, "fields": fields} | id_type,
        names,
        st.sampled_from([{}, {"id": "int"}, {"id": "uuid"}]),
        st.dictionaries(names, fields, min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=8,
)


@st.composite
def resources(draw: st.DrawFn) -> list[Spec]:
    """Draw resources that refer to each other, required only where a first row can be.

    Some are owned, and with them all that refer to them.
    """
    drawn = draw(unrelated)
    owned = {
        drawn[number]["name"]
        for number in draw(st.sets(st.integers(0, len(drawn) - 1), max_size=2))
    }
    for number, resource in enumerate(drawn):
        for name in draw(st.lists(names, max_size=2)):
            to = draw(st.integers(0, len(drawn) - 1))
            optional = to >= number or draw(st.booleans())
            on_delete = draw(st.sampled_from(["restrict", "cascade"] + ["set_null"] * optional))
            ref = {"type": "ref", "to": drawn[to]["name"], "on_delete": on_delete}
            flags = {"optional": optional, "unique": draw(st.booleans())}
            resource["fields"][name] = ref | dict.fromkeys(
                [flag for flag in flags if flags[flag]], True
            )
    for _ in drawn:
        for resource in drawn:
            targets = {field.get("to") for field in resource["fields"].values()}
            owned |= {resource["name"]} if targets & owned else set()
    for resource in drawn:
        if resource["name"] in owned:
            resource["owned"] = True
    return drawn

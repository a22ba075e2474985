"""A pattern that is taken means the same to Python, Pydantic and PostgreSQL, and yields values."""

import json
import re
from itertools import product
from string import printable
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from template.tests.values import encode
from tests.pattern_cases import FROM_THE_ENGINES, REFUSED, TAKEN
from tests.support import TEMPLATE, Service

LENGTH: Final = 255
ASCII: Final = [character for character in printable if " " <= character <= "~"]
SENTENCE: Final = re.compile(r"(has|whose) [^\n]+: [^\n]+\.\Z")


def load() -> Any:
    """Return the macros, in Jinja as Copier has it."""
    options = yaml.safe_load((TEMPLATE / "copier.yml").read_text())["_envops"]
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATE),
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
        **(options | {"undefined": StrictUndefined}),
    )
    return environment.get_template("template/_macros/patterns.jinja").module


MACROS: Final = load()


def error(field: dict[str, Any]) -> str:
    """Return the error that the template reports for the pattern of a field."""
    found: str = MACROS.pattern_error(field, field.get("max_length", LENGTH))
    return found.strip()


def matches(value: str, pattern: str) -> bool:
    """Return whether the template takes a value for a match."""
    found: str = MACROS.matches_pattern(value, pattern)
    return found.strip() == "yes"


def fresh(field: dict[str, Any], numbers: range) -> list[str]:
    """Return what the code for unique fields yields for some numbers."""
    code = compile(MACROS.pattern_fresh(field), "fresh", "eval")
    return [eval(code, {"encode": encode, "number": number}) for number in numbers]


MEMBERS: Final = st.sampled_from([each for each in ASCII if each not in r"-[]\^"])
ESCAPES: Final = st.sampled_from(
    [each for each in ASCII if not each.isalnum() and each not in " <>"]
)
items: Final = st.one_of(
    st.sampled_from(["A-Z", "a-z", "0-9", " -~", "!-/"]),
    MEMBERS,
    st.tuples(MEMBERS, MEMBERS).map(lambda ends: f"{min(ends)}-{max(ends)}"),
    ESCAPES.map(lambda character: rf"\{character}"),
)
classes: Final = st.builds(
    lambda negation, inside, hyphen: f"[{negation}{''.join(inside)}{hyphen}]",
    st.sampled_from(["", "", "^"]),
    st.lists(items, min_size=1, max_size=3),
    st.sampled_from(["", "", "-"]),
)
atoms: Final = st.one_of(
    classes,
    classes,
    st.sampled_from([each for each in ASCII if each not in r".^$*+?()[]{}|\\"]),
    ESCAPES.map(lambda character: rf"\{character}"),
)
quantifiers: Final = st.one_of(
    st.sampled_from(["", "", "", "+", "*", "?", "{0}", "{2,}"]),
    st.integers(0, 12).map(lambda number: f"{{{number}}}"),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(
        lambda ends: f"{{{min(ends)},{max(ends)}}}"
    ),
)
patterns: Final = st.lists(st.tuples(atoms, quantifiers).map("".join), min_size=1, max_size=5).map(
    lambda parts: f"^{''.join(parts)}$"
)
pieces: Final = st.sampled_from(
    [
        *("[A-Z]", "[a-z0-9]", "[^a]", "[0-9]", "A", "-", " ", r"\.", r"\[", "{2}", "{1,3}", "+"),
        *("[", "]", "[a", "&&]", "-z]", "--]", "^", "$", "(", ")", "|", ".", "\\", "é", "\n"),
    ]
)
fields: Final = st.builds(
    lambda pattern, length, unique: {"pattern": pattern, "max_length": length, "unique": unique},
    patterns,
    st.integers(1, 40) | st.just(LENGTH),
    st.booleans(),
)


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(field=fields)
def test_a_pattern_yields_values_or_is_refused(field: dict[str, Any]) -> None:
    pattern, length = field["pattern"], field["max_length"]
    if error(field):
        assert SENTENCE.match(error(field))
        return
    first, second = (MACROS.pattern_sample(field, step) for step in (1, 2))
    bad = MACROS.pattern_bad(field)
    assert first != second
    assert not re.fullmatch(pattern, bad)
    assert not matches(bad, pattern)
    for value in (first, second, *fresh(field, range(1, 11))):
        assert re.fullmatch(pattern, value)
        assert matches(value, pattern)
    assert all(len(value) <= length and set(value) <= set(ASCII) for value in (first, second, bad))
    values = fresh(field, range(1, 1001))
    assert max(map(len, values)) <= length
    again = values.index(values[0], 1) if values[0] in values[1:] else len(values)
    assert again >= (10 if field["unique"] else 2)
    assert len(set(values)) == again


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(pattern=st.lists(pieces, max_size=6).map("".join))
def test_any_text_is_no_pattern_or_means_what_it_means_to_python(pattern: str) -> None:
    field = {"pattern": f"^{pattern}$", "max_length": 20}
    if error(field):
        assert SENTENCE.match(error(field))
    else:
        assert re.fullmatch(f"^{pattern}$", MACROS.pattern_sample(field, 2))


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(data=st.data(), pattern=patterns)
def test_a_match_is_what_python_takes_for_one(data: st.DataObject, pattern: str) -> None:
    if not error({"pattern": pattern}):
        drawn = st.text(st.sampled_from("AZaz09-_ !@.\\]é\n"), max_size=8)
        value = data.draw(drawn | st.from_regex(pattern, fullmatch=True))
        assert matches(value, pattern) == bool(re.fullmatch(pattern, value))


def test_a_match_is_found_in_time() -> None:
    assert matches("a" * 500, f"^{'a*' * 99}$")
    assert not matches("a" * 500, f"^{'a*' * 98}b$")


@pytest.mark.parametrize(("field", "sentence"), REFUSED)
def test_a_pattern_that_cannot_work_is_refused(field: dict[str, Any], sentence: str) -> None:
    assert error(field) == sentence


@pytest.mark.parametrize("pattern", TAKEN)
def test_a_pattern_that_works_is_taken(pattern: str) -> None:
    assert not error({"pattern": pattern})


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("^[A-Z]{3}-[0-9]{4}$", ("AAA-0000", "BBB-1111", "!AA-0000")),
        (r"^\+?[0-9]{7,15}$", ("+0000000", "+1111111", "!0000000")),
        ("^ [0-9A-Za-z]+ $", (" AAAA ", " BBBB ", "!AAAA ")),
        ("^[!A]{2,}$", ("AAAA", "!!!!", "?AAA")),
        ("^[ -~]{2,}$", ("AAAA", "BBBB", "")),
    ],
)
def test_samples_are_readable(pattern: str, values: tuple[str, ...]) -> None:
    field = {"pattern": pattern, "max_length": LENGTH}
    samples = [MACROS.pattern_sample(field, step) for step in (1, 2)]
    assert (*samples, MACROS.pattern_bad(field)) == values


@pytest.mark.parametrize(
    ("pattern", "length", "code", "count"),
    [
        ("^[A-Z]{3}-[0-9]{4}$", 8, '"AAA-" + encode(number, "0123456789", 4)', 10**4),
        ("^[0-9a-f]{64}$", 64, '"a" * 61 + encode(number, "abcdef0123", 3)', 1000),
        (
            "^[A-Z]{2}$",
            9,
            'encode(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 2)',
            26**2,
        ),
        (
            "^[A-Z]{2,3}-[0-9]{2}x$",
            7,
            'encode(number // 100, "ABCDEFGHIJ", 3) + "-" + encode(number, "0123456789", 2) + "x"',
            10**5,
        ),
        ("^x*[01]+$", 5, 'encode(number, "01", 5)', 2**5),
        ("^[01]+$", 255, 'encode(number, "01", 10)', 2**10),
    ],
)
def test_fresh_values_are_as_many_as_are_needed(
    pattern: str, length: int, code: str, count: int
) -> None:
    field = {"pattern": pattern, "max_length": length, "unique": True}
    assert MACROS.pattern_fresh(field) == code
    values = fresh(field, range(1, count + 2))
    assert len(set(values)) == count
    assert values[-1] == values[0]


def shapes() -> list[str]:
    """Return what is taken of patterns that have each printable character in each place."""
    places = ("^{}[AB]$", r"^\{}[AB]$", "^[{}AB]$", "^[^{}]$", r"^[\{}AB]$", r"^[^A\{}-]$")
    ends = ("^[!-{}]$", "^[{}-~]$", "^[^ -{}A]$")
    drawn = [place.format(each) for place, each in product(places + ends, ASCII)]
    return [pattern for pattern in drawn if not error({"pattern": pattern})]


@pytest.mark.slow
def test_a_pattern_means_the_same_to_pydantic_and_the_database(service: Service) -> None:
    asked = []
    for pattern in TAKEN:
        field = {"pattern": pattern, "max_length": LENGTH}
        good = MACROS.pattern_sample(field, 1)
        values = [good, MACROS.pattern_sample(field, 2), MACROS.pattern_bad(field), ""]
        values += [good + "\n", "\n" + good, good + "é", "é" + good[1:], good[:-1] + "人", "é\n"]
        asked.append((pattern, values))
    alone = [*ASCII, *(each + "A" for each in ASCII), "\n", "é", ""]
    every = shapes()
    assert len(every) > 600
    asked += [(pattern, alone) for pattern in every]
    answers = json.loads(service.run("python", "-c", FROM_THE_ENGINES, text=json.dumps(asked)))
    for (pattern, values), answer in zip(asked, answers, strict=True):
        ours = [bool(re.fullmatch(pattern, value)) for value in values]
        assert answer == [ours, ours, ours, False], pattern
        assert [matches(value, pattern) for value in values[:10]] == ours[:10]

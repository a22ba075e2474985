"""Answers about owners that cannot work are refused with a sentence that says what to write."""

from pathlib import Path
from typing import Any, Final

import pytest
from copier import run_copy

from tests.answer_sets import REF, TEXT, Spec, resource

NOTE: Final = resource("note", title=TEXT) | {"owned": True}
ERRORS: Final[list[tuple[list[str], list[Spec], str]]] = [
    ([], [NOTE], "Resource 'note' is owned, by who the token of a request names: add auth to"),
    (
        ["auth"],
        [NOTE, resource("tag", note=REF | {"to": "note"})],
        "Field 'note' of resource 'tag' refers to 'note', whose rows are owned: write owned: true in"
        " 'tag', too, or owned: false in 'note'.",
    ),
    (
        ["auth"],
        [resource("note", owner=TEXT) | {"owned": True}],
        "Field 'owner' of resource 'note' has a name that every owned resource has: write another,",
    ),
    (["auth"], [resource("caller")], "Resource 'caller' has a name that the code of auth uses:"),
    (["auth"], [resource("index")], "Resource 'index' has a name that the code of auth uses:"),
    (
        ["auth"],
        [resource("note") | {"owned": "yes"}],
        "Resource 'note' has owned 'yes': write owned: true or owned: false, or remove it.",
    ),
    (
        ["auth"],
        [
            resource("note", "w" * 32, **{"i" * 22: {"type": "int", "index": True}})
            | {"owned": True}
        ],
        "which allows 63 characters: shorten its plural or the name of the field.",
    ),
]


@pytest.mark.parametrize(("features", "resources", "sentence"), ERRORS)
def test_what_cannot_work_is_refused(
    template_files: Path,
    tmp_path: Path,
    features: list[str],
    resources: list[Spec],
    sentence: str,
) -> None:
    data: dict[str, Any] = {"features": features, "resources": resources}
    with pytest.raises(ValueError, match="Validation error") as refused:
        run_copy(str(template_files), tmp_path / "x", data=data, defaults=True, quiet=True)
    assert sentence in str(refused.value)
    assert not (tmp_path / "x").exists()


def test_names_are_free_without_the_feature(template_files: Path, tmp_path: Path) -> None:
    resources = [resource("index", owner=TEXT) | {"owned": False}, resource("caller")]
    data: dict[str, Any] = {"features": [], "resources": resources}
    run_copy(str(template_files), tmp_path / "x", data=data, defaults=True, quiet=True)
    assert not (tmp_path / "x/app/db/ownership.py").exists()

"""A feature is files of its own, and at most three lines of a shared one, in every combination."""

import sys
from difflib import ndiff
from itertools import chain, combinations
from pathlib import Path
from typing import Final

import pytest
import yaml
from copier import run_copy

from tests.support import TEMPLATE, Service, refusal_of

MOST_LINES: Final = 3
# Of these three lines, some may stand in place of others: no file of its own can change a class.
CHANGED: Final = {"auth": 3}
MORE_LINES: Final = {
    ("auth", "pyproject.toml"): 7,  # two packages, a layer, a task
}
# The files of each feature, and those that only one answer to `ci` has.
FILES: Final = {
    "assistants": {".claude", ".cursor", "AGENTS.md", "CLAUDE.md"},
    "container": {".dockerignore", "Dockerfile", "compose.yaml", "docs/container.md"}
    | {".github/workflows/image.yml", ".gitlab", "tools/image.py"},
    "kubernetes": {"deploy"},
    "auth": {"app/api/auth.py", "app/auth", "app/core/caller.py", "app/core/auth_settings.py"}
    | {"docs/auth.md", "tests/integration/api/test_auth.py", "tests/tokens.py", "tests/unit/auth"}
    | {"tools/issuer", "tools/properties/token.py", "tools/rules/scopes.py"},
}
OF_CI: Final = {"github": ".github", "gitlab": ".gitlab"}
ANSWERS: Final = ".copier-answers.yml"
CHOICES: Final = [
    set(chosen)
    for chosen in chain.from_iterable(combinations(FILES, count) for count in range(5))
    if "kubernetes" not in chosen or "container" in chosen
]


def render(template: Path, place: Path, features: set[str], ci: str = "github") -> Path:
    """Render a service without resources, which no feature has to do with."""
    answers = {"resources": [], "features": sorted(features), "ci": ci, "service_name": "shop"}
    run_copy(str(template), place, data=answers, defaults=True, quiet=True)
    return place


def expected(features: set[str], ci: str) -> set[str]:
    """Return the files of features, as an answer to `ci` has them."""
    files = {file for feature in features for file in FILES[feature]}
    others = tuple(folder for name, folder in OF_CI.items() if name != ci)
    return {file for file in files if file.split("/")[0] not in others}


@pytest.mark.parametrize("ci", ["github", "gitlab", "none"])
@pytest.mark.parametrize("features", CHOICES, ids=lambda chosen: "-".join(sorted(chosen)) or "none")
def test_each_combination_has_the_files_of_its_features_and_is_clean(
    template_files: Path, tmp_path: Path, features: set[str], ci: str
) -> None:
    place = render(template_files, tmp_path / "shop", features, ci)
    files = {file for names in FILES.values() for file in names if (place / file).exists()}
    assert files == expected(features, ci)
    if ci == "none":  # no Python depends on it
        service = Service(place, Path(sys.prefix))
        service.run("ruff", "format", "--check", "--diff", ".")
        service.run("ruff", "check", ".")
    for file in chain(place.rglob("*.yml"), place.rglob("*.yaml")):
        assert list(yaml.safe_load_all(file.read_text())), file


@pytest.mark.parametrize("feature", FILES)
def test_a_feature_adds_its_files_and_a_few_lines(
    template_files: Path, tmp_path: Path, feature: str
) -> None:
    others = {"container"} if feature == "kubernetes" else set()
    without = render(template_files, tmp_path / "without", others)
    with_it = render(template_files, tmp_path / "with", others | {feature})
    before, after = files_of(without), files_of(with_it)
    assert before.keys() <= after.keys()
    own = [file for file in after if file not in before]
    assert own
    assert all(any(f"{file}/".startswith(f"{name}/") for name in FILES[feature]) for file in own)
    for file, text in before.items():
        changes = ndiff(text.splitlines(), after[file].splitlines())
        lines = [line for line in changes if line[0] in "+-" and line[2:].strip()]
        added = [line for line in lines if line[0] == "+"]
        assert len(lines) - len(added) <= CHANGED.get(feature, 0), (file, lines)
        assert len(added) <= MORE_LINES.get((feature, file), MOST_LINES), (file, lines)


def files_of(place: Path) -> dict[str, str]:
    """Return the files of a service with their texts, without its answers."""
    files = [path for path in place.rglob("*") if path.is_file() and path.name != ANSWERS]
    return {path.relative_to(place).as_posix(): path.read_text() for path in files}


def test_kubernetes_without_container_is_refused(template_files: Path, tmp_path: Path) -> None:
    refusal = refusal_of(template_files, tmp_path, "features", ["kubernetes"])
    assert "choose both, as in [container, kubernetes], or neither" in refusal


def test_features_have_these_names() -> None:
    question = yaml.safe_load((TEMPLATE / "copier.yml").read_text())["features"]
    assert set(question["choices"].values()) == FILES.keys()
    assert question["default"] == ["assistants", "container"]

"""`poe rules`: check the rules that no linter knows."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from tools.git import ROOT, BaseError, find_base, git
from tools.rules import endpoints, literals, migrations
from tools.rules.finding import Finding, modules_in, report

UNREAD: Final = "never runs, as it is not at the root of the repository: do what README.md says in 'In a monorepo', or delete it"


def main() -> None:
    """Print what breaks a rule, and exit with an error if anything does."""
    report([*in_service(), *in_migrations()])


def in_service() -> Iterator[Finding]:
    """Yield what breaks a rule in the modules, and the pipelines that are not at the root."""
    for module in modules_in(ROOT, "app"):
        yield from sorted(module.findings([*endpoints.check(module), *literals.check(module)]))
    if folder := git("rev-parse", "--show-prefix").strip():
        for file in [*ROOT.glob(".github/workflows/*.y*ml"), *ROOT.glob(".gitlab-ci.yml")]:
            path = file.relative_to(ROOT).as_posix()
            if not git("grep", "--untracked", "-F", folder + path, "--", ":/.gitlab-ci.yml"):
                yield Finding(path, 1, "SVC701", UNREAD)


def in_migrations() -> Iterator[Finding]:
    """Yield what breaks a rule in the migrations; those on the base branch are released."""
    yield from migrations.check_row(ROOT)
    for name in ("", "HEAD"):  # without a base, the last commit
        with suppress(BaseError):
            yield from migrations.check_released(ROOT, find_base(name).commit)
            return

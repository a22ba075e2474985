"""`poe update`: merges another release of the template into the service."""

import sys
from pathlib import Path
from typing import Final

from scaffold import operation as operations
from scaffold.answers import Remembered, read_answers
from scaffold.commands.finish import finish
from scaffold.console import Screen
from scaffold.errors import ScaffoldError
from scaffold.git import Repository
from scaffold.merge import commits_of, merge, rendered
from scaffold.operation import Operation
from scaffold.releases import is_newer, news
from scaffold.render import Render

NEWEST: Final = "The service has the newest release of its template: {release}."
OLDER: Final = "{release} is older than {current}, which the service has: an update goes forward."


def check(root: Path, release: str, screen: Screen) -> bool:
    """Print what a release brings, and tell whether it is newer than that of the service.

    Raises:
        ScaffoldError: The template cannot be read.
    """
    service = read_answers(root)
    if not is_newer(release, service.release):
        screen.print(NEWEST.format(release=service.release))
        return False
    print_news(service, release, screen)
    screen.print("\nMerge it: uv run poe update")
    return True


def update(root: Path, release: str, screen: Screen, branch: str = "") -> None:
    """Merge a release into the service.

    Args:
        root: The service.
        release: A tag, a branch or a commit of the template.
        screen: Where to print.
        branch: The branch to commit the result to, created anew; none unless given.

    Raises:
        ConflictError: The merge needs a person.
        ScaffoldError: The service is not ready, or the release cannot be merged.
    """
    service, repository = read_answers(root), Repository(root)
    operations.require_none(repository)
    repository.require_clean()
    if release == service.release:
        screen.print(NEWEST.format(release=service.release))
        return
    if not is_newer(release, service.release):
        message = OLDER.format(release=release, current=service.release)
        raise ScaffoldError(message)
    changes = print_news(service, release, screen)
    title = f"{service.release} -> {release}"
    operation = Operation(
        "update",
        title=title,
        commit_message=f"build: update the template, {title}\n\n{changes}",
        head=operations.head_of(repository),
        branch=branch,
    )
    renders = (
        Render(service.source, service.release, service.answers),
        Render(service.source, release, service.answers),
    )
    ask = sys.stdin.isatty() and not screen.quiet
    with (
        screen.status("Rendering both releases", live=not ask),
        rendered(repository, *renders, ask=ask) as folders,
    ):
        commits = commits_of(repository, *folders, operation.commit_message)
        deleted = merge(repository, commits, operation)
    screen.changes(repository.changes())
    screen.section("changed at the root of the repository", operation.elsewhere)
    screen.section("changed by the template, but deleted here", deleted)
    screen.print("")
    finish(repository, operation, screen)


def print_news(service: Remembered, release: str, screen: Screen) -> str:
    """Print what the releases until one bring, and return it.

    Raises:
        ScaffoldError: The template cannot be read.
    """
    with screen.status("Reading what the release brings"):
        changes = news(service.source, service.release, release)
    screen.heading(f"{service.release} -> {release}")
    screen.print(f"\n{changes}")
    return changes

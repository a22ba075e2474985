"""`poe update`: brings the newest release of the template into the service."""

import sys
from argparse import ArgumentParser, Namespace
from typing import Final

from tools.answers import read_answers, read_source
from tools.finish import commit_to, finish
from tools.formatting import tidy, untidy_in
from tools.merge import merge_release, missed_by
from tools.refused import RefusedError
from tools.releases import newest_release
from tools.repository import (
    BACK_OUT,
    ROOT,
    changes_in,
    refuse_unclean,
    refuse_unfinished,
    report,
)
from tools.told import told

WAITING: Final = 2  # the exit code of --check, as of `copier check-update --quiet`
MISSED: Final = """
changed by the template, but moved or deleted here: carry over what you want of it
"""
CONFLICT: Final = """
What the template wants to write and what you wrote meet at:
{places}

Nothing of yours is lost. Mend these places (both versions stand between <<<<<<< and >>>>>>>),
then finish:
  uv run poe update --continue
or take all of it back:
  {back_out}
"""


def main() -> None:
    """Run what the command line says."""
    options = parse(sys.argv[1:])
    with told():
        finish(by_hand=True) if options.finish else update(options)


def parse(arguments: list[str]) -> Namespace:
    """Return what the command line says."""
    parser = ArgumentParser(
        "poe update", description="Merge the newest release of the template into the service."
    )
    way = parser.add_mutually_exclusive_group()
    way.add_argument(
        "--check",
        action="store_true",
        help=f"only tell what is waiting: exit code {WAITING} if something is, 0 if not",
    )
    way.add_argument(
        "--continue",
        action="store_true",
        dest="finish",
        help="finish an update whose conflicts you have mended",
    )
    way.add_argument(
        "--commit", metavar="BRANCH", help="commit the result to this branch, made anew, as CI does"
    )
    return parser.parse_args(arguments)


def update(options: Namespace) -> None:
    """Look for a newer release, and merge it in.

    Raises:
        RefusedError: It cannot be merged, or not without a person.
    """
    answers, source = read_answers(), read_source()
    if not options.check:
        refuse_unfinished()
        refuse_unclean()
    newest = newest_release(source.path)
    if not newest.waiting:
        sys.stdout.write(f"The service has the newest release of its template: {newest.current}.\n")
        return
    title = f"{newest.current} -> {newest.version}"
    sys.stdout.write(f"{title}\n\n{newest.changes}\n")
    if options.check:
        sys.stdout.write("\nBring it in: uv run poe update\n")
        sys.exit(WAITING)
    untidy = untidy_in(ROOT)
    places = merge_release(ROOT, newest.tag, answers, source, ask=sys.stdin.isatty())
    missed = missed_by(ROOT, source, newest.tag, answers)
    changes = changes_in(ROOT)
    sys.stdout.write(report(changes))
    sys.stdout.write(MISSED + "".join(f"  {path}\n" for path in missed) if missed else "")
    if places:
        listed = "\n".join(f"  {place}" for place in places)
        raise RefusedError(CONFLICT.format(places=listed, back_out=BACK_OUT))
    tidy(ROOT, changes, untidy)
    finish()
    if options.commit:
        commit_to(options.commit, f"build: update the template, {title}\n\n{newest.changes}")

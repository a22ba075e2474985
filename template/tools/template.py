"""`poe resource` and `poe update`: run the template's own command, from the release that fits."""

import os
import re
import shutil
import signal
import subprocess
import sys
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import quote

import yaml
from packaging.version import InvalidVersion, Version

ROOT: Final = Path(__file__).parent.parent
ANSWERS: Final = ".copier-answers.yml"
OTHER_SOURCE: Final = "SCAFFOLD_SOURCE"  # a path or a wheel that has the command
FIRST_RELEASE: Final = Version("0.6.0")  # that has the command
SHORT_FORMS: Final = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}
SSH: Final = re.compile(r"^(?!\w+://)([^/@]+@[^/:]+):(.+)$")
DESCRIBED: Final = re.compile(r"-\d+-g[0-9a-f]{7,}$")  # by `git describe`
COMMIT: Final = re.compile(r"(?:^|-\d+-g)([0-9a-f]{7,40})$")
NO_SOURCE: Final = f"{ANSWERS} does not say where this service came from: restore it with git."
NO_UV: Final = "There is no uv on PATH, which runs the template's command: `pip install uv`."
UNREACHABLE: Final = "Cannot read the template at {url}: {reason}\nCheck the network and your access to it, or set SCAFFOLD_SOURCE to a path or a wheel of its command."
UNKNOWN: Final = "The template at {url} has no release {release}: write one of {known}."
TOO_OLD: Final = (
    "Release {release} has no command for this: use `uvx copier update --vcs-ref {release}`."
)
NOT_RUN: Final = "\nThe template's command did not start from {source}; uv says why above."


def resource() -> NoReturn:
    """Change the resources, with the release of the template that the service has."""
    url, release = read_source()
    run(url, release, ["resource", *sys.argv[1:]])


def update() -> NoReturn:
    """Update the service, with the release that it goes to."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--to")
    parser.add_argument("--continue", "--abort", dest="begun", action="store_true")
    options, _ = parser.parse_known_args()
    url, release = read_source()
    arguments = ["update", *sys.argv[1:]]
    if not options.begun and not options.to:
        options.to = newest(releases(url), release)
        arguments += ["--to", options.to]
    run(url, options.to or release, arguments)


def read_source() -> tuple[str, str]:
    """Return the URL of the template, as git takes it, and the release that the service has."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is begun: Ctrl-C needs no traceback
    file, show = ROOT / ANSWERS, ["git", "show", f"HEAD:./{ANSWERS}"]
    done = subprocess.run(show, cwd=ROOT, capture_output=True, text=True, check=False)
    for text in (file.read_text() if file.exists() else "", done.stdout):  # maybe in conflict
        with suppress(yaml.YAMLError):
            answers = yaml.safe_load(text)
            if isinstance(answers, dict) and {"_src_path", "_commit"} <= answers.keys():
                return url_of(answers["_src_path"]), str(answers["_commit"])
    sys.exit(NO_SOURCE)


def url_of(source: str) -> str:
    """Return a source of Copier's as git and uv take it."""
    source = source.removeprefix("git+")
    for short_form, url in SHORT_FORMS.items():
        if source.startswith(short_form):
            return url + source.removeprefix(short_form).strip("/").removesuffix(".git") + ".git"
    source = SSH.sub(r"ssh://\1/\2", source)
    return source if "://" in source else f"file://{quote(str(Path(source).expanduser()))}"


def releases(url: str) -> dict[str, str]:
    """Return the tags of the template with their commits."""
    command = ["git", "ls-remote", "--tags", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(UNREACHABLE.format(url=url, reason=done.stderr.strip()))
    pairs = [
        line.split("\t") for line in done.stdout.splitlines()
    ]  # an annotated tag's commit last
    return {name.removeprefix("refs/tags/").removesuffix("^{}"): commit for commit, name in pairs}


def newest(known: dict[str, str], current: str) -> str:
    """Return the newest release, or the one that the service has if there is no newer one."""
    final = [tag for tag in known if (found := version_of(tag)) and not found.is_prerelease]
    return max([current, *final], key=lambda tag: version_of(tag) or Version("0"))


def version_of(release: str) -> Version | None:
    """Return the version of a release, or nothing if it has none."""
    try:
        return Version(DESCRIBED.sub("", release))
    except InvalidVersion:
        return None


def command_source(url: str, release: str) -> str:
    """Return where uv finds the command: the full commit of a release."""
    if (version := version_of(release)) and version < FIRST_RELEASE:
        sys.exit(TOO_OLD.format(release=release))
    if commit := COMMIT.search(release):
        return f"git+{url}@{commit[1]}"
    known = releases(url)
    if release not in known:
        tags = sorted(filter(version_of, known), key=Version, reverse=True)
        sys.exit(UNKNOWN.format(url=url, release=release, known=", ".join(tags[:5]) or "none yet"))
    return f"git+{url}@{known[release]}"


def run(url: str, release: str, arguments: list[str]) -> NoReturn:
    """Run the command, and end as it ends."""
    source = os.environ.get(OTHER_SOURCE) or command_source(url, release)
    uv = os.environ.get("UV") or shutil.which("uv") or sys.exit(NO_UV)
    python = "{}.{}".format(*sys.version_info)
    base = [uv, "tool", "run", "--quiet", "--python", python, "--from", source, "scaffold"]
    os.environ["SCAFFOLD_PROGRAM"] = "poe"
    with subprocess.Popen([*base, *arguments], cwd=ROOT) as process:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it handles Ctrl-C itself
        code = process.wait()
    probe = [*base, "--version"]  # uv ends with the same codes as the command
    if code in {1, 2} and subprocess.run(probe, capture_output=True, check=False).returncode:
        sys.exit(NOT_RUN.format(source=source))
    sys.exit(code)

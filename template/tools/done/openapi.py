"""Whether the API accepts what clients of the base branch send, and answers what they expect."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from operator import eq, ge, le
from pathlib import Path
from re import MULTILINE, search, sub
from subprocess import CalledProcessError
from tempfile import TemporaryDirectory
from typing import Any, Final

from tools.done.checks import Result, last_line, run
from tools.git import ROOT, Base, git

CHECK: Final = "OpenAPI compatible"
FIX: Final = "Keep what clients use, or announce the break in a commit, as in `feat!: …`."
ANNOUNCED: Final = r"^\w+(\(.+\))?!:|^BREAKING[ -]CHANGE:"
PRINT_DOCUMENT: Final = """import json, os, sys
sys.path[0] = sys.argv[1]
os.environ["DATABASE_URL"] = "postgresql://nobody@localhost/none"
from app.main import create_app
print("\\n" + json.dumps(create_app().openapi()), flush=True)
os._exit(0)"""
METHODS: Final = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
LIMITS: Final = (
    dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), ge)
    | dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), le)
    | dict.fromkeys(("pattern", "format", "multipleOf"), eq)
)
Json = dict[str, Any]


def compare(base: Base) -> list[Result]:
    """Return whether the API breaks clients of the base without a commit that announces it."""
    try:
        broken = breaking_changes(document_at(base), document_of(ROOT))
    except CalledProcessError as error:
        return [Result(CHECK, False, last_line(error.stdout), "Fix the import.", error.stdout)]
    only_here = ["--", "."] if git("rev-parse", "--show-prefix").strip() else []
    messages = git("log", "--format=%B", f"{base.commit}..HEAD", *only_here)
    announced = search(ANNOUNCED, messages, MULTILINE)
    suffix = ", announced in a commit" if broken and announced else ""
    found = f"{len(broken) or 'no'} breaking changes{suffix}"
    return [Result(CHECK, not broken or bool(announced), found, FIX, "\n".join(broken))]


def document_at(base: Base) -> Any:
    """Return the OpenAPI document of the base, from a copy that is deleted again."""
    with TemporaryDirectory() as folder:
        archive = Path(folder, "base.tar")
        git("archive", f"--output={archive}", base.commit, "app", "pyproject.toml")
        if not archive.exists():
            return {}
        shutil.unpack_archive(archive, folder, filter="data")
        return document_of(Path(folder))


def document_of(root: Path) -> Any:
    """Return the OpenAPI document of the app in a folder, or raise CalledProcessError."""
    done = run(sys.executable, "-c", PRINT_DOCUMENT, str(root))
    done.check_returncode()
    return json.loads(done.stdout.splitlines()[-1])


def breaking_changes(old: Json, new: Json) -> list[str]:
    """Return each change that can break a client of the old document, in a sentence."""
    requests = Comparison(old, new).differences(api(old, request), api(new, request))
    answers = Comparison(new, old, answers=True).differences(api(new, response), api(old, response))
    found = [each[1:].replace(":.", ": ", 1) for each in requests + answers]
    return [each.replace(".application/json", "") for each in found]


def api(document: Json, part: Callable[[Json], Json]) -> Json:
    """Return one schema of a part of all operations, whatever their paths' parameters are called."""
    operations = {
        f"{method.upper()} {sub('{[^}]+}', '{}', path)}:": part(
            {"path": path, "shared": item.get("parameters", [])} | item[method]
        )
        for path, item in document.get("paths", {}).items()
        for method in sorted(METHODS & item.keys())
    }
    return {"properties": operations, "additionalProperties": part is not request}


def request(operation: Json) -> Json:
    """Return the schema of what a client sends."""
    parts: Json = {}
    for part in (*operation["shared"], *operation.get("parameters", [])):
        name = part["name"]
        if part["in"] == "path":  # counted, as its name may change
            name = operation["path"].partition("{" + name + "}")[0].count("{") + 1
        parts[f"{part['in']} parameter '{name}'"] = part
    if body := operation.get("requestBody"):
        parts["body"] = body | {"schema": group(body["content"], closed=True)}
    required = [name for name, part in parts.items() if part.get("required")]
    return group(parts, closed=True) | {"required": required}


def response(operation: Json) -> Json:
    """Return the schema of what a client receives on success."""
    answers: Json = {}
    for status, answer in operation.get("responses", {}).items():
        if not status.startswith(("4", "5")):
            parts: Json = {f"header {name}": {} for name in answer.get("headers", ())}
            answers[f"answer {status}"] = {"schema": group(answer.get("content", {}) | parts)}
    return group(answers)


def group(parts: Json, *, closed: bool = False) -> Json:
    """Return the schema of an object with these parts: all required, or no others allowed."""
    properties = {name: part.get("schema", {}) for name, part in parts.items()}
    limits = {"additionalProperties": False} if closed else {"required": list(parts)}
    return {"properties": properties} | limits


class Comparison:
    """Compares schemas of a document, whose values are given, with one that must allow them."""

    def __init__(self, given: Json, wanted: Json, *, answers: bool = False) -> None:
        self.given, self.wanted, self.answers = given, wanted, answers
        self.known: dict[tuple[str | int, str | int], list[str]] = {}

    def differences(self, given: Json, wanted: Json) -> list[str]:
        """Return each way in which a value of one schema may not fit another, after its place."""
        pair = (given.get("$ref", id(given)), wanted.get("$ref", id(wanted)))
        if pair not in self.known:
            self.known[pair] = []  # while it is compared, as a schema may contain itself
            choices = branches(wanted, self.wanted)
            self.known[pair] = [
                each
                for one in branches(given, self.given)
                for each in min(([*self.compare(one, other)] for other in choices), key=len)
            ]
        return self.known[pair]

    def compare(self, given: Json, wanted: Json) -> Iterator[str]:
        """Yield the differences of two schemas without branches."""
        types, allowed = types_of(given), types_of(wanted)
        if "type" in wanted and not types <= allowed:
            new, old = (types, allowed) if self.answers else (allowed, types)
            yield f" is now {' or '.join(sorted(new))}, was {' or '.join(sorted(old))}"
            return  # the rest follows from it
        values = values_of(wanted)
        lost = [each for each in values_of(given) or ["other values"] if each not in values]
        if values and lost and not self.answers:  # clients must expect new values in answers
            yield f" no longer accepts {', '.join(map(str, lost))}"
        for word in sorted(LIMITS.keys() & wanted):
            limit = given.get(word, given.get(f"exclusive{word.capitalize()}"))
            if limit is None or not LIMITS[word](limit, wanted[word]):
                verb = "no longer guarantees" if self.answers else "now requires"
                yield f" {verb} {word} {wanted[word]}"
        yield from self.compare_parts(given, wanted)

    def compare_parts(self, given: Json, wanted: Json) -> Iterator[str]:
        """Yield the differences in the parts of objects and arrays."""
        parts, wanted_parts = given.get("properties", {}), wanted.get("properties", {})
        for name in wanted.get("required", []):
            if name not in given.get("required", []):
                missing = "may now be missing" if name in parts else "was removed"
                yield f".{name} {missing if self.answers else 'is now required'}"
        for name, part in parts.items():
            if name in wanted_parts:
                yield from (f".{name}{each}" for each in self.differences(part, wanted_parts[name]))
            elif wanted.get("additionalProperties") is False:
                yield f".{name} was {'added to a closed object' if self.answers else 'removed'}"
        for word in ("items", "additionalProperties"):
            one, other = given.get(word), wanted.get(word)
            if isinstance(one, dict) and isinstance(other, dict):
                yield from (f"[]{each}" for each in self.differences(one, other))


def branches(schema: Json, document: Json) -> list[Json]:
    """Return the schemas of which one has to hold, instead of references to them."""
    if "$ref" in schema:
        *_, section, name = schema["$ref"].split("/")
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return branches(document["components"][section][name] | rest, document)
    choices = schema.get("anyOf") or schema.get("oneOf") or []
    return [each for choice in choices for each in branches(choice, document)] or [schema]


def types_of(schema: Json) -> set[str]:
    """Return the types that a schema allows; those of enumerated values only where it says so."""
    types = schema.get("type", [] if values_of(schema) else "anything")
    types = {types} if isinstance(types, str) else set(types)
    return types | {"integer"} if "number" in types else types


def values_of(schema: Json) -> list[Any]:
    """Return the values that a schema enumerates, if it does."""
    return [schema["const"]] if "const" in schema else schema.get("enum", [])

"""How Alembic compares and writes the types that live outside of tables: enums and domains."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp, MigrateOperation, UpgradeOps
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import ARRAY, DefaultClause, Dialect, TypeDecorator, text
from sqlalchemy.dialects.postgresql import DOMAIN, ENUM, CreateDomainType, CreateEnumType
from sqlalchemy.dialects.postgresql.base import PGInspector, ReflectedDomain
from sqlalchemy.types import TypeEngine

from migrations.check_constraints import escaped

PLUGIN: Final = "migrations.named_types"
OF_EXTENSIONS: Final = text(
    "SELECT typname FROM pg_type JOIN pg_depend ON objid = pg_type.oid WHERE deptype = 'e'"
)
LITERAL: Final = re.compile(r"^('(?:[^']|'')*')::[\w .\"]+(?:\[\])?$")
COMMITTED: Final = -2  # before all else: the migration commits what it has done until then
BEFORE: Final = -1  # before tables use the type
AFTER: Final = 9  # after tables have used it
HAZARD: Final = (
    "{name} loses {values}: this fails while a row or a default has such a value, so first write an"
    " UPDATE. If only a name changes, write ALTER TYPE … RENAME VALUE … TO … instead."
)


class Change(NamedTuple):
    """A place in a migration, the lines of Python there, and what can make them fail."""

    place: int
    lines: Sequence[str]
    hazard: str | None = None


class TypeStep(MigrateOperation):
    """A change of a type, and the change that reverts it."""

    def __init__(self, change: Change, revert: Change) -> None:
        self.change = change
        self.revert = revert

    def reverse(self) -> "TypeStep":
        """Return the step of the other direction."""
        return TypeStep(self.revert, self.change)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `alembic check` prints."""
        return ("change_type", *self.change.lines)


@renderers.dispatch_for(TypeStep)
def render_step(context: AutogenContext, step: TypeStep) -> list[str]:
    """Write the lines of a change."""
    if any("set_enum(" in line for line in step.change.lines):
        context.imports.add("from migrations.enums import set_enum")
    return list(step.change.lines)


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Write a type as PostgreSQL has it, without the creation of an enum or a domain."""
    if kind != "type" or isinstance(item, ARRAY):
        return False
    kinds = list(named_types(item, context.dialect))
    context.imports.add("from sqlalchemy.dialects import postgresql")
    if not kinds:
        stored = (
            item.load_dialect_impl(context.dialect) if isinstance(item, TypeDecorator) else None
        )
        module = "postgresql" if "dialects" in type(stored).__module__ else "sa"
        return f"{module}.{stored!r}" if stored else False
    name, outermost = str(kinds[-1].name), kinds[-1]
    if isinstance(outermost, DOMAIN):
        domain = DOMAIN(name, outermost.data_type, create_type=False)
        return context.migration_context.impl.render_type(domain, context)
    values = ", ".join(map(repr, outermost.enums))
    return f"postgresql.ENUM({values}, name={name!r}, create_type=False)"


def named_types(kind: TypeEngine[Any], dialect: Dialect) -> Iterator[ENUM | DOMAIN]:
    """Give the enums and domains that a column's type consists of, the outermost last."""
    stored = kind.dialect_impl(dialect)
    if isinstance(stored, TypeDecorator):
        yield from named_types(stored.impl_instance, dialect)
    elif isinstance(stored, ARRAY):
        yield from named_types(stored.item_type, dialect)
    elif isinstance(stored, DOMAIN):
        yield from named_types(stored.data_type, dialect)
        yield stored
    elif isinstance(stored, ENUM):
        yield stored


def compare_types(
    context: AutogenContext, upgrade: UpgradeOps, _schemas: object
) -> PriorityDispatchResult:
    """Add the steps for types that are new, changed or no longer used."""
    dialect, connection, inspector = context.dialect, context.connection, context.inspector
    assert connection is not None  # noqa: S101 - for mypy, as the next
    assert isinstance(inspector, PGInspector)  # noqa: S101
    columns = [column for table in context.sorted_tables for column in table.c]
    kinds = [kind for column in columns for kind in named_types(column.type, dialect)]
    wanted = {str(kind.name): creation(kind, dialect) for kind in kinds}
    others = set(connection.scalars(OF_EXTENSIONS))
    labels = {enum["name"]: enum["labels"] for enum in inspector.get_enums()}
    existing = {
        **{domain["name"]: creation_again(domain, dialect) for domain in inspector.get_domains()},
        **{name: creation(ENUM(*labels[name], name=name), dialect) for name in labels},
    }
    upgrade.ops += [step for name, step in wanted.items() if name not in existing]
    unused = existing.keys() - wanted.keys() - others
    upgrade.ops += [step.reverse() for name, step in existing.items() if name in unused]
    for name, enum in {str(kind.name): kind for kind in kinds if isinstance(kind, ENUM)}.items():
        if name in labels and labels[name] != enum.enums:
            upgrade.ops += change_values(name, labels[name], enum.enums, dialect)
    return PriorityDispatchResult.CONTINUE


def creation(kind: ENUM | DOMAIN, dialect: Dialect) -> TypeStep:
    """Return the step that creates a type."""
    what, create = (
        ("DOMAIN", CreateDomainType) if isinstance(kind, DOMAIN) else ("TYPE", CreateEnumType)
    )
    drop = f"DROP {what} {dialect.identifier_preparer.quote(str(kind.name))}"
    statement = str(create(kind).compile(dialect=dialect))
    return TypeStep(Change(BEFORE, [execute(statement)]), Change(AFTER, [execute(drop)]))


def creation_again(domain: ReflectedDomain, dialect: Dialect) -> TypeStep:
    """Return the step that creates a domain as the database has it."""
    quote = dialect.identifier_preparer.quote
    parts = [f"CREATE DOMAIN {quote(domain['name'])} AS {domain['type']}"]
    if domain["collation"]:
        parts.append(f"COLLATE {quote(domain['collation'])}")
    if domain["default"]:
        parts.append(f"DEFAULT {domain['default']}")
    if not domain["nullable"]:
        parts.append("NOT NULL")
    parts += [
        f"CONSTRAINT {quote(each['name'])} CHECK ({each['check']})"
        for each in domain["constraints"]
    ]
    drop = f"DROP DOMAIN {quote(domain['name'])}"
    return TypeStep(Change(BEFORE, [execute(" ".join(parts))]), Change(AFTER, [execute(drop)]))


def change_values(
    name: str, old: Sequence[str], new: Sequence[str], dialect: Dialect
) -> list[TypeStep]:
    """Return the steps that first add values to an enum, and at last take others from it."""
    quoted = dialect.identifier_preparer.quote(name)
    return [
        TypeStep(addition(quoted, old, new), addition(quoted, new, old)),
        TypeStep(replacement(name, old, new), replacement(name, new, old)),
    ]


def addition(quoted: str, old: Sequence[str], new: Sequence[str]) -> Change:
    """Return the change that adds new values, and commits: a transaction cannot use its own."""
    statements = [
        f"    {execute(f'ALTER TYPE {quoted} ADD VALUE IF NOT EXISTS {literal(value)}{place}')}"
        for value, place in places(old, new).items()
    ]
    block = ["\n".join(["with op.get_context().autocommit_block():", *statements])]
    return Change(COMMITTED, block if statements else [])


def places(old: Sequence[str], new: Sequence[str]) -> dict[str, str]:
    """Return each new value and the SQL of its place: after the one before it."""
    first = f" BEFORE {literal(old[0])}" if old else ""
    placed = {
        value: f" AFTER {literal(new[index - 1])}" if index else first
        for index, value in enumerate(new)
    }
    return {value: place for value, place in placed.items() if value not in old}


def replacement(name: str, old: Sequence[str], new: Sequence[str]) -> Change:
    """Return the change that removes old values, or puts them into another order."""
    if [value for value in new if value in old] == [*old]:
        return Change(AFTER, [])
    values = ", ".join(map(repr, [name, *new]))
    removed = [value for value in old if value not in new]
    hazard = HAZARD.format(name=name, values=", ".join(removed)) if removed else None
    return Change(AFTER, [f"set_enum(op.get_bind(), {values})"], hazard)


def kept_default(operation: AlterColumnOp) -> str:
    """Return the default that a column keeps, without the cast to its old type."""
    kept = operation.modify_server_default is False and operation.existing_server_default
    return LITERAL.sub(r"\1", str(kept.arg)) if isinstance(kept, DefaultClause) else ""


def literal(value: str) -> str:
    """Return a text as SQL."""
    return "'" + value.replace("'", "''") + "'"


def execute(statement: str) -> str:
    """Return the line of a migration that runs SQL."""
    return f"op.execute({escaped(statement.strip())!r})"


plugin = Plugin(PLUGIN)
plugin.add_autogenerate_comparator(compare_types, "schema", priority=DispatchPriority.LAST)

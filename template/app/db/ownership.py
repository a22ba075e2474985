"""Rows that belong to an owner: a session finds, stores and changes those of one owner only."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import Connection, Engine, String, bindparam, event, func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    ORMExecuteState,
    Session,  # noqa: TID251 - an AsyncSession drives one
    mapped_column,
    object_mapper,
    with_loader_criteria,
)

from app.core.caller import Caller
from app.core.errors import ServiceError
from app.db.base import FIRST, LAST
from app.db.sync_session import ServiceSession

OWNER: Final = "owner"  # the column, and the key of a session's `info`
OWNER_MAX_LENGTH: Final = 255
# Execution options of a statement about the rows of all owners, as for a report.
ALL_OWNERS: Final = "all_owners"
EVERYONE: Final = {ALL_OWNERS: True}
# The execution option of a statement whose SQL is checked: its owner.
CHECKED: Final = "checked_owner"
PARAMETER: Final = "_owner"
STATEMENTS: Final = 1024  # that are remembered
# Where SQL names a table, the condition of its owner, and a change of it.
PLACE: Final = r"(?:\b(?:FROM|JOIN|USING|UPDATE|INTO|ONLY|TABLE)|,)\s+"
CONDITION: Final = re.compile(r'\bowner"?\s*=\s*\$\d')
SETS_OWNER: Final = re.compile(r'[ ,]"?owner"?\s*=')
# The key of a session's `info` if PostgreSQL filters rows, too; and where it knows the owner.
ROW_SECURITY: Final = "row_security"
ANNOUNCED: Final = "announced_in"
ANNOUNCE: Final = text("SELECT set_config('app.owner', :owner, true)")
TABLES: Final[set[str]] = set()  # with the mixin

NO_OWNER: Final = (
    "This statement uses {table} in a session without an owner: call `owned_by(db, caller)`, as the"
    " service of {table} does. A report about all owners is executed with"
    " `execution_options=EVERYONE`."
)
UNFILTERED: Final = (
    "This statement uses {table} without the owner: select the class instead of its table, or"
    " filter by `{table}.owner`. A report about all owners is executed with"
    " `execution_options=EVERYONE`."
)
IN_BULK: Final = (
    "Rows of {table} are stored with `db.add` and changed by their attributes, or by an UPDATE with"
    " one set of parameters: otherwise the owner is not filled in."
)
NOT_CHANGED: Final = "The owner of a row does not change, and this row of {table} is of another."
ANOTHER: Final = "This session belongs to another owner: open one for each of them."


class OwnerMissingError(ServiceError):
    """The token does not name the owner of the caller's rows."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("The token does not name an owner of rows.")


class OwnershipError(RuntimeError):
    """A mistake in the code, which would find or change rows of other owners."""


class OwnedMixin:
    """The owner of a row: it comes from the token, and is not part of the API."""

    owner: Mapped[str] = mapped_column(String(OWNER_MAX_LENGTH), sort_order=FIRST)
    # Without the index of `VersionMixin`: pages are read by owner.
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=LAST)


CRITERIA: Final = with_loader_criteria(
    OwnedMixin, lambda table: table.owner == bindparam("_owner"), include_aliases=True
)


def owned_by(db: AsyncSession, caller: Caller) -> AsyncSession:
    """Return the session, which from now on is about the rows of the caller's owner only.

    Raises:
        OwnerMissingError: The token does not name an owner.
        OwnershipError: The session belongs to another owner.
    """
    if caller.owner is None:
        raise OwnerMissingError
    if db.info.setdefault(OWNER, caller.owner) != caller.owner:
        raise OwnershipError(ANOTHER)
    return db


@event.listens_for(OwnedMixin, "after_mapper_constructed", propagate=True)
def remember_table(mapper: Mapper[Any], _class: type) -> None:
    """Note the name of a table with the mixin."""
    TABLES.add(str(mapper.local_table))


@event.listens_for(ServiceSession, "do_orm_execute")
def filter_by_owner(state: ORMExecuteState) -> None:
    """Add the condition of the owner to a statement, and have its SQL checked."""
    announce(state.session)
    owner, mapper = state.session.info.get(OWNER), state.bind_mapper
    selects = state.is_orm_statement and not state.is_insert
    if owner and selects and not isinstance(state.parameters, Sequence):
        state.parameters = {**(state.parameters or {}), PARAMETER: owner}
    if state.is_column_load or state.execution_options.get(ALL_OWNERS):
        return
    in_bulk = state.is_insert or state.is_executemany
    if in_bulk and mapper and issubclass(mapper.class_, OwnedMixin):
        raise OwnershipError(IN_BULK.format(table=mapper.local_table))
    if owner and selects and not in_bulk:
        state.statement = with_criteria(state.statement)
    state.update_execution_options(**{CHECKED: owner})


@lru_cache(maxsize=STATEMENTS)
def with_criteria(statement: Any) -> Any:
    """Return the statement with the condition; that of a constant is built only once."""
    return statement.options(CRITERIA)


@event.listens_for(ServiceSession, "before_flush")
def fill_in_owner(session: Session, *_: object) -> None:
    """Give new rows the owner of the session, and raise if a changed row is of another."""
    announce(session)
    owner = session.info.get(OWNER)
    for row in session.new:
        if isinstance(row, OwnedMixin):
            if owner is None:
                raise OwnershipError(NO_OWNER.format(table=object_mapper(row).local_table))
            row.owner = owner
    for row in (*session.dirty, *session.deleted):
        if isinstance(row, OwnedMixin) and row.owner != owner:
            raise OwnershipError(NOT_CHANGED.format(table=object_mapper(row).local_table))


@event.listens_for(Engine, "before_cursor_execute")
def check_sql(*arguments: Any) -> None:
    """Raise if the SQL of a statement uses rows of all owners."""
    _connection, _cursor, sql, _parameters, context, _many = arguments
    if CHECKED in context.execution_options and (table := unfiltered(sql)):
        without = context.execution_options[CHECKED] is None
        raise OwnershipError((NO_OWNER if without else UNFILTERED).format(table=table))


@lru_cache(maxsize=STATEMENTS)
def unfiltered(sql: str) -> str | None:
    """Return a table that occurs in SQL more often than conditions of its owner do, or None."""
    names = "|".join(map(re.escape, TABLES)) or "$."
    places = rf'{PLACE}(?:\w+\.)?"?({names})\b(?!["\w]*\.)'
    found: list[str] = re.findall(places, sql, re.IGNORECASE)
    changed = sql.startswith("UPDATE") and SETS_OWNER.search(sql)
    return found[0] if found and (changed or len(found) > len(CONDITION.findall(sql))) else None


@event.listens_for(ServiceSession, "after_begin")
def announce_owner(session: Session, transaction: object, connection: Connection) -> None:
    """Let the policies of PostgreSQL know the owner until the end of the transaction."""
    if ROW_SECURITY in session.info and OWNER in session.info:
        connection.execute(ANNOUNCE, {OWNER: session.info[OWNER]})
        session.info[ANNOUNCED] = transaction


def announce(session: Session) -> None:
    """Do the same in a transaction that began before the session had an owner."""
    if ROW_SECURITY in session.info and OWNER in session.info:
        connection = session.connection()
        innermost = session.get_nested_transaction() or session.get_transaction()
        if session.info.get(ANNOUNCED) not in (innermost, session.get_transaction()):
            announce_owner(session, innermost, connection)

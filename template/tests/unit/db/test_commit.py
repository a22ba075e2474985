"""A failed commit raises an error for the client, and the session stays usable."""

import pytest
from sqlalchemy import exc, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import (
    ConflictError,
    RefusedValueError,
    ServiceError,
    StillReferencedError,
    UnknownReferenceError,
)
from app.db.commit import commit, delete_row
from tests.gadgets import LIGHTEST, Gadget, create_gadgets

pytestmark = pytest.mark.usefixtures("gadget_table")


async def test_a_taken_value_is_a_conflict_that_names_the_field_and_leaves_the_session_usable(
    db: AsyncSession,
) -> None:
    await create_gadgets(db, {"name": "one"})
    db.add(Gadget(name="one"))
    with pytest.raises(ConflictError) as caught:
        await commit(db)
    assert [value.location for value in caught.value.invalid] == [("body", "name")]
    await create_gadgets(db, {"name": "two"})
    names = await db.scalars(select(Gadget.name).order_by(Gadget.name))
    assert names.all() == ["one", "two"]


async def test_an_unknown_reference_names_the_field(db: AsyncSession) -> None:
    db.add(Gadget(name="one", box_id=2**63 - 1))
    with pytest.raises(UnknownReferenceError) as caught:
        await commit(db)
    assert [value.location for value in caught.value.invalid] == [("body", "box_id")]


async def test_a_violated_check_names_the_field(db: AsyncSession) -> None:
    db.add(Gadget(name="one", weight=LIGHTEST))
    with pytest.raises(RefusedValueError) as caught:
        await commit(db)
    assert [value.location for value in caught.value.invalid] == [("body", "weight")]


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("CHECK (weight < 1000)", RefusedValueError),
        ("UNIQUE (weight)", ConflictError),
        ("FOREIGN KEY (size) REFERENCES gadgets_of_tests", UnknownReferenceError),
    ],
)
async def test_a_constraint_of_a_newer_migration_names_no_fields(
    db: AsyncSession, constraint: str, expected: type[ServiceError]
) -> None:
    await create_gadgets(db, {"name": "one"})
    await db.execute(text(f"ALTER TABLE {Gadget.__tablename__} ADD {constraint}"))
    db.add_all([Gadget(name=name, weight=1000, size=0) for name in ("two", "three")])
    with pytest.raises(expected) as caught:
        await commit(db)
    assert caught.value.invalid == ()


async def test_a_referenced_row_is_not_deleted(db: AsyncSession) -> None:
    [whole] = await create_gadgets(db, {"name": "whole"})
    await create_gadgets(db, {"name": "part", "whole_id": whole.id})
    await delete_row(db, whole)
    with pytest.raises(StillReferencedError, match=Gadget.__tablename__):
        await commit(db)
    assert len((await db.scalars(select(Gadget))).all()) == 2


async def test_a_reference_that_becomes_null_counts_as_a_change(db: AsyncSession) -> None:
    [box] = await create_gadgets(db, {"name": "box"})
    [boxed, other] = await create_gadgets(db, {"name": "in", "box_id": box.id}, {"name": "out"})
    await delete_row(db, box)
    await commit(db)
    for row in (boxed, other):
        await db.refresh(row)
    assert (boxed.box_id, boxed.version, other.version) == (None, 2, 1)


async def test_a_row_that_refers_to_itself_can_be_deleted(db: AsyncSession) -> None:
    [box] = await create_gadgets(db, {"name": "box"})
    box.box_id = box.id
    await commit(db)
    await delete_row(db, box)
    await commit(db)
    assert (await db.scalars(select(Gadget))).all() == []


async def test_a_violation_that_no_client_can_cause_is_raised_unchanged(db: AsyncSession) -> None:
    db.add(Gadget(name=None))
    with pytest.raises(exc.IntegrityError):
        await commit(db)

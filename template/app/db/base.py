"""Base classes of all tables."""

from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING_CONVENTION: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
FIRST: Final = -1
LAST: Final = 1


class Base(DeclarativeBase):
    """The declarative base; each Python type has one column type."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        datetime: DateTime(timezone=True),
    }


class VersionMixin:
    """The columns of every resource besides its id: creation time and version."""

    created_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), index=True, sort_order=LAST
    )
    version: Mapped[int] = mapped_column(sort_order=LAST)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}


class RowMixin(VersionMixin):
    """The columns of a resource with integer ids."""

    id: Mapped[int] = mapped_column(Identity(), primary_key=True, sort_order=FIRST)


class UuidRowMixin(VersionMixin):
    """The columns of a resource with UUIDv7 ids, which are ordered by time (RFC 9562)."""

    id: Mapped[UUID] = mapped_column(
        primary_key=True, server_default=func.uuidv7(), sort_order=FIRST
    )

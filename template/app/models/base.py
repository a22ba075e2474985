"""Base classes of the models of all resources."""

from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

PAGE_LIMIT_DEFAULT: Final = 20
PAGE_LIMIT_MAX: Final = 100
CURSOR_MAX_LENGTH: Final = 4200  # of 500 control characters, each six bytes in JSON
SORT_DESCRIPTION: Final = "The field to sort by; a leading minus sign reverses the order."

ItemT = TypeVar("ItemT")


class RequestModel(BaseModel):
    """A model that a client sends; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class PageQuery(RequestModel):
    """Which page to read; the fields that a resource adds are its filters."""

    limit: Annotated[
        int, Field(ge=1, le=PAGE_LIMIT_MAX, description="The most items on a page.")
    ] = PAGE_LIMIT_DEFAULT
    cursor: Annotated[
        str | None,
        Field(
            max_length=CURSOR_MAX_LENGTH,
            description="The `next_cursor` of the previous page; omit it for the first.",
        ),
    ] = None
    sort: Annotated[str, Field(description=SORT_DESCRIPTION)] = "id"

    def filters(self) -> dict[str, Any]:
        """Return the filters that the client sent, as column and value."""
        return self.model_dump(exclude={"limit", "cursor", "sort"}, exclude_none=True)


class Page(BaseModel, Generic[ItemT]):
    """One page of a list."""

    model_config = ConfigDict(from_attributes=True)

    items: list[ItemT]
    next_cursor: str | None

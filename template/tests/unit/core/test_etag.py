"""Entity tags and preconditions (RFC 9110)."""

import pytest

from app.core.errors import PreconditionFailedError
from app.core.etag import etag_of, matches_strongly, matches_weakly, require_match


class Row:
    version = 7


@pytest.mark.parametrize("header", ['"7"', "*", '"6", "7"', '"a,b" ,"7"'])
def test_if_match_names_the_tag(header: str) -> None:
    assert matches_strongly(header, '"7"')


@pytest.mark.parametrize("header", ['"6"', "7", 'W/"7"', "", '"77"'])
def test_if_match_does_not_name_the_tag(header: str) -> None:
    assert not matches_strongly(header, '"7"')


@pytest.mark.parametrize("header", ['"7"', 'W/"7"', "*", 'W/"6", W/"7"'])
def test_if_none_match_names_the_tag_weak_or_strong(header: str) -> None:
    assert matches_weakly(header, '"7"')


@pytest.mark.parametrize("header", ['"6"', "7", ""])
def test_if_none_match_does_not_name_the_tag(header: str) -> None:
    assert not matches_weakly(header, '"7"')


def test_the_tag_is_the_version() -> None:
    assert etag_of(Row()) == '"7"'


@pytest.mark.parametrize("header", [None, '"7"'])
def test_a_change_is_allowed_without_if_match_or_with_a_match(header: str | None) -> None:
    require_match(Row(), header)


def test_a_change_of_another_version_is_refused() -> None:
    with pytest.raises(PreconditionFailedError, match='"7"'):
        require_match(Row(), '"6"')

"""The words of a resource in the code: its name, its plural, its class, and constants."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

from scaffold.answers import Resource, plural_of

# A word of an identifier or of a sentence begins and ends here; an underscore joins words.
EDGES: Final = r"(?<![a-z0-9]){}(?![a-z0-9])"
CLASS_EDGES: Final = r"(?<![A-Za-z0-9]){}(?![a-z0-9])"  # the name may go on, as in ItemRead
CONSTANT_EDGES: Final = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"


class Words(NamedTuple):
    """How a resource is written in code and in sentences."""

    name: str
    plural: str

    def forms(self) -> list[str]:
        """Return all forms, in the same order for every resource."""
        both = [self.plural, self.name]
        spaced = [word.replace("_", " ") for word in both]
        return [
            *both,
            *spaced,
            *(word.capitalize() for word in spaced),
            *(word.upper() for word in both),
            *("".join(part.capitalize() for part in word.split("_")) for word in both),
        ]


class Rename:
    """Replaces the words of one resource by those of another, wherever they stand in a text."""

    def __init__(self, old: Words, new: Words, kept: Iterable[str]) -> None:
        """Prepare the replacement.

        Args:
            old: The words to replace.
            new: What to write instead.
            kept: Identifiers that hold the old words and stay, such as names of fields.
        """
        self.old, self.new = old, new
        self.kept = sorted(set(kept).difference(old.forms()))

    @cached_property
    def table(self) -> Mapping[str, str]:
        """What each form becomes; what is kept becomes itself."""
        forms = dict(zip(self.old.forms(), self.new.forms(), strict=True))
        return forms | {word: word for word in self.kept}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A pattern of all forms, the longest first."""
        longest_first = sorted(self.table, key=len, reverse=True)
        return re.compile(
            "|".join(edges_of(form).format(re.escape(form)) for form in longest_first)
        )

    def __call__(self, text: str) -> str:
        """Return a text, or a path, with the new words."""
        return self.pattern.sub(lambda found: self.table[found[0]], text)


def edges_of(form: str) -> str:
    """Return a pattern of where a form begins and ends, with a place for it."""
    if len(form) > 1 and form.isupper():
        return CONSTANT_EDGES
    return CLASS_EDGES if form[:1].isupper() else EDGES


def words_of(resource: Resource) -> Words:
    """Return the words of a resource."""
    return Words(resource["name"], plural_of(resource))


def kept_beside(resource: Resource, others: Iterable[Resource]) -> set[str]:
    """Return what keeps its name when a resource is renamed: other resources, and fields."""
    others = list(others)
    fields = {name for each in (resource, *others) for name in each["fields"]}
    forms = chain.from_iterable(Words(name, name).forms() for name in fields)
    return {*chain.from_iterable(words_of(other).forms() for other in others), *forms}

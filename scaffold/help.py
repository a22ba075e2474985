"""The texts of `--help`, with examples."""

from typing import Final

RESOURCE: Final = r"""Add, change, rename and remove what the service serves; your own lines are kept.

  poe resource add order_item quantity:int:gt=0,le=1000 note:text:optional
  poe resource change product sku:str:max_length=32,unique --drop note
  poe resource rename product item
  poe resource remove order_item
  poe resource list

Each command takes --help. Commit before; afterwards `git diff HEAD` shows what was done.
"""
ADD: Final = r"""Add a resource: its table, its routes, its tests, and the migration.

  poe resource add order_item quantity:int:gt=0,le=1000 note:text:optional
  poe resource add person name:str --plural people --id uuid
  poe resource add note title:str --owned
  poe resource add --from order_item.yml
"""
CHANGE: Final = r"""Change the fields of a resource, and write the migration.

  poe resource change product sku:str:max_length=32,unique
  poe resource change product --drop note --rename price=cost
  poe resource change note --owned
"""
RENAME: Final = r"""Give a resource another name, in its code, its API and its table; every row is kept.

  poe resource rename product item
  poe resource rename person human --plural humans

The paths of its API change, so its clients must follow.
"""
UPDATE: Final = r"""Merge another release of the template into the service; your own lines are kept.

  poe update --check        what is waiting, and what it brings
  poe update                merge the newest release
  poe update --to v0.6.0    merge this one
  poe update --continue     finish, once conflicts are resolved
  poe update --abort        undo it
"""
FIELDS: Final = r"""A field is name:type, or name:type:modifier,modifier; a modifier is a word
(optional, unique, index) or word=value. Put quotes around it in a shell where
it holds < > | " or spaces.

  values=draft|paid     the values of an enum
  default="one, two"    a default that holds commas, in double quotes
  pattern=^\[A-Z]{2,3}$  takes all that follows, commas too: write it last

  str       default, min_length, max_length, pattern, unique, index
  text      default, min_length, max_length
  int       default, gt, ge, lt, le, unique, index
  float     default, gt, ge, lt, le, unique, index
  decimal   max_digits, decimal_places, default, gt, ge, lt, le, unique, index
  bool      default, index
  date      unique, index
  datetime  unique, index
  uuid      unique, index
  enum      values, default, index
  json
  ref       to, on_delete, unique

Every type takes optional as well. README.md says which column each one has.
"""

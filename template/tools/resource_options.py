"""The command line of `poe resource`."""

from argparse import REMAINDER, ArgumentParser, ArgumentTypeError, Namespace, RawTextHelpFormatter
from typing import Final

from tools.field_types import FIELD_TYPES

COMMANDS: Final = """\
  add      poe resource add order_item quantity:int:gt=0,le=1000 note:text:optional
  change   poe resource change product sku:str:max_length=32,unique --drop note
  remove   poe resource remove order_item
  list     poe resource list

Each takes --help. Commit before; `git diff` shows what was done.
"""
GRAMMAR: Final = """\
A field is name:type, or name:type:modifier,modifier, where a modifier is a word (optional,
unique, index) or word=value. Put quotes around it in a shell where it holds < > | " or spaces.

  values=draft|paid     the values of an enum
  default="one, two"    a default that holds commas, in double quotes
  pattern=^[A-Z]{2,3}$  takes all that follows, commas and colons as well: write it last

"""


def parse(arguments: list[str]) -> Namespace:
    """Return what the command line says, as `command` and the options of that command."""
    top = ArgumentParser(
        "poe resource",
        description="Add, change and remove what the service serves; your own lines are kept.",
        epilog=COMMANDS + "\n" + type_table(),
        formatter_class=RawTextHelpFormatter,
    )
    commands = {"add": add_options, "change": change_options, "remove": remove_options}
    top.add_argument("command", choices=[*commands, "list"], help="what to do")
    top.add_argument("options", nargs=REMAINDER, help="its options; each takes --help")
    first = top.parse_args(arguments)
    options = ArgumentParser(f"poe resource {first.command}", formatter_class=RawTextHelpFormatter)
    commands.get(first.command, list_options)(options)
    if first.command != "list":
        options.add_argument("--dry-run", action="store_true", help="show all, and write nothing")
    return options.parse_intermixed_args(first.options, Namespace(command=first.command))


def add_options(options: ArgumentParser) -> None:
    """Declare the options of `add`."""
    options.description = "Add a resource: its table, its routes, its tests, and the migration."
    options.epilog = GRAMMAR + type_table()
    options.add_argument("name", nargs="?", help="in the singular, as in order_item")
    options.add_argument("fields", nargs="*", help="as in quantity:int:gt=0; see below")
    options.add_argument("--plural", help="where it is not the English one, as in people")
    options.add_argument("--id", help="the type of its key: int, or uuid")
    options.add_argument(
        "--from", dest="file", help="a YAML file: {name, plural, id, fields}, or a list"
    )


def change_options(options: ArgumentParser) -> None:
    """Declare the options of `change`."""
    options.description = "Change the fields of a resource, and write the migration."
    options.epilog = GRAMMAR + type_table()
    options.add_argument("name", help="of the resource")
    options.add_argument("fields", nargs="*", help="new ones, and ones to replace as a whole")
    options.add_argument("--from", dest="file", help="a YAML file with such fields: {name, fields}")
    options.add_argument(
        "--drop",
        action="append",
        default=[],
        metavar="FIELD",
        help="take a field out, with its data",
    )
    options.add_argument(
        "--rename",
        action="append",
        default=[],
        type=renaming,
        metavar="OLD=NEW",
        help="give a field another name, and keep its data",
    )


def remove_options(options: ArgumentParser) -> None:
    """Declare the options of `remove`."""
    options.description = "Remove a resource, its files, and its table with the data."
    options.add_argument("name", help="of the resource")


def list_options(options: ArgumentParser) -> None:
    """Declare the options of `list`."""
    options.description = "List the resources, each as `poe resource add` takes it."


def renaming(text: str) -> tuple[str, str]:
    """Return the old name and the new one.

    Raises:
        ArgumentTypeError: There are not two.
    """
    old, _, new = text.partition("=")
    if not old or not new:
        message = f"'{text}' is not old=new: write it as in --rename note=remark"
        raise ArgumentTypeError(message)
    return old, new


def type_table() -> str:
    """Return the types of fields as a table: type, column, modifiers."""
    rows = [("type", "column", "modifiers")]
    rows += [(name, kind.column, ", ".join(kind.modifiers)) for name, kind in FIELD_TYPES.items()]
    widths = [max(len(row[index]) for row in rows) for index in range(2)]
    lines = [f"  {row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]}" for row in rows]
    return "\n".join(lines) + "\n"

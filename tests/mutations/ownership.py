"""Mistakes that show rows to others, or store them as someone else's."""

from typing import Any, Final

from tests.answer_sets import REF, TEXT, resource
from tests.mutations.mutation import MIGRATIONS, mutate

ANSWERS: Final[dict[str, Any]] = {
    "features": ["auth"],
    "resources": [
        resource("folder", title={"type": "str", "unique": True}) | {"owned": True},
        resource(
            "note",
            folder=REF | {"to": "folder"},
            other=REF | {"to": "folder", "optional": True, "on_delete": "set_null"},
            label=TEXT,
        )
        | {"owned": True},
    ],
}
API: Final = "tests/integration/api"
FOLDERS: Final = f"{API}/test_folder_ownership.py"
NOTES: Final = f"{API}/test_note_ownership.py"
NOTE_RULES: Final = "tests/unit/services/test_note_ownership.py"
OF_OTHER: Final = f"{API}/test_notes_of_other_endpoints.py"
WALL: Final = "tests/unit/db/test_ownership.py"
SECOND_WALL: Final = "tests/unit/db/test_row_security.py"
ALL_OF_OWNERS: Final = (FOLDERS, NOTES, NOTE_RULES, OF_OTHER, WALL, SECOND_WALL, MIGRATIONS)

OWNERSHIP: Final = "app/db/ownership.py"
COMMIT: Final = "app/db/commit.py"
TABLE: Final = "app/db/models/note.py"
FOLDER_TABLE: Final = "app/db/models/folder.py"
SERVICE: Final = "app/services/note_service.py"
FIRST: Final = "migrations/versions/0001_initial.py"
CRITERIA: Final = "        state.statement = with_criteria(state.statement)\n"
CHECK: Final = "    state.update_execution_options(**{CHECKED: owner})\n"
KEY: Final = """        ForeignKeyConstraint(
            ["owner", "folder_id"],
            ["folders.owner", "folders.id"],
            ondelete="RESTRICT",
        ),
"""
PLAIN_KEY: Final = 'ForeignKeyConstraint(["folder_id"], ["folders.id"], ondelete="RESTRICT"),\n'
FIRST_KEY: Final = """        op.f("fk_notes_owner_folder_id"),
        "notes",
        "folders",
        ["owner", "folder_id"],
        ["owner", "id"],
"""
UNIQUE: Final = """            "owner",
            "title",
            name=op.f("uq_folders_owner_title"),
"""

OWNERS: Final = [
    mutate(
        "no criteria, no check",
        NOTES,
        (OWNERSHIP, CRITERIA, "        pass\n"),
        (OWNERSHIP, CHECK, ""),
    ),
    mutate("no criteria", NOTE_RULES, (OWNERSHIP, CRITERIA, "        pass\n")),
    mutate("no check of the SQL", WALL, (OWNERSHIP, CHECK, "")),
    mutate(
        "only the mentioned class is filtered",
        WALL,
        (OWNERSHIP, "include_aliases=True", "include_aliases=False"),
    ),
    mutate(
        "owner as the code sets it",
        WALL,
        (OWNERSHIP, "row.owner = owner", "row.owner = row.owner or owner"),
    ),
    mutate(
        "rows of others are changed",
        WALL,
        (OWNERSHIP, "(*session.dirty, *session.deleted)", "session.deleted"),
    ),
    mutate(
        "rows of others are deleted",
        WALL,
        (OWNERSHIP, "(*session.dirty, *session.deleted)", "session.dirty"),
    ),
    mutate("an owner may be changed", WALL, (OWNERSHIP, "(changed or len", "(len")),
    mutate("bulk", WALL, (OWNERSHIP, "if in_bulk and mapper", "if mapper is ... and mapper")),
    mutate(
        "a second owner is ignored",
        WALL,
        (OWNERSHIP, "        raise OwnershipError(ANOTHER)\n", "        pass\n"),
    ),
    mutate("no owner", WALL, (OWNERSHIP, "        raise OwnerMissingError\n", "        pass\n")),
    mutate(
        "a service without owner",
        NOTE_RULES,
        (SERVICE, "owned_by(db, caller)", "db"),
    ),
    mutate(
        "a reference without its owner",
        NOTES,
        (TABLE, KEY, f"        {PLAIN_KEY}"),
        (
            FIRST,
            FIRST_KEY,
            FIRST_KEY.replace("owner_", "").replace('"owner", ', ""),
        ),
    ),
    mutate("a reference without its owner in the code", MIGRATIONS, (TABLE, KEY, PLAIN_KEY)),
    mutate(
        "unique for all owners",
        FOLDERS,
        (FOLDER_TABLE, 'UniqueConstraint("owner", "title")', 'UniqueConstraint("title")'),
        (FIRST, UNIQUE, UNIQUE.replace('"owner",\n            ', "").replace("owner_", "")),
    ),
    mutate(
        "no index for pages",
        MIGRATIONS,
        (TABLE, '        Index(None, "owner", "created_at"),\n', ""),
    ),
    mutate("errors name the owner", NOTES, (COMMIT, " if column.name != OWNER", "")),
    mutate(
        "set null without its column",
        OF_OTHER,
        (TABLE, "SET NULL (other_id)", "SET NULL"),
        (FIRST, "SET NULL (other_id)", "SET NULL"),
    ),
    mutate(
        "set null is not counted",
        OF_OTHER,
        (COMMIT, 'in (SET_NULL, f"{SET_NULL} ({key.parent.name})")', "== SET_NULL"),
    ),
    mutate(
        "the caller is always the same",
        NOTES,
        ("app/auth/tokens.py", "owner if is_name(owner) else None)", '"alice")'),
    ),
    mutate(
        "PostgreSQL does not learn the owner",
        SECOND_WALL,
        (OWNERSHIP, "        connection.execute(ANNOUNCE, {OWNER: session.info[OWNER]})\n", ""),
    ),
    mutate(
        "PostgreSQL does not learn an owner that comes late",
        SECOND_WALL,
        (
            OWNERSHIP,
            "            announce_owner(session, innermost, connection)\n",
            "            pass\n",
        ),
    ),
    mutate(
        "the owner stays in the connection",
        SECOND_WALL,
        (OWNERSHIP, ":owner, true)", ":owner, false)"),
    ),
    mutate(
        "reads without a transaction",
        SECOND_WALL,
        ("app/db/session.py", "= shared = True", "= True"),
    ),
]

"""What migrations call to replace the values of an enum type."""

from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import ENUM, CreateEnumType

OLD: Final = "enum_before_its_change"
# An expression keeps the type that it was written with. So each CHECK and each index that has one
# is dropped, and created again from its text, which means the new type by then.
USES: Final = text("""
WITH enum AS (
    SELECT kind.oid, kind.oid::regtype AS name, kind.typelem != 0 AS is_array FROM pg_type JOIN pg_type AS kind
    ON kind.oid IN (pg_type.oid, pg_type.typarray) WHERE pg_type.oid = to_regtype(:name)
), users AS (
    SELECT DISTINCT classid, objid FROM pg_depend JOIN enum ON refobjid = enum.oid
    WHERE refclassid = 'pg_type'::regclass
)
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS before,
    NULL AS change,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
        pg_get_constraintdef(oid)) AS after
FROM pg_constraint JOIN users ON classid = 'pg_constraint'::regclass AND objid = oid
WHERE contype = 'c' AND conrelid != 0
UNION ALL
SELECT format('DROP INDEX %s', indexrelid::regclass), NULL, pg_get_indexdef(indexrelid)
FROM pg_index JOIN users ON classid = 'pg_class'::regclass AND objid = indexrelid
UNION ALL
SELECT NULL, format(
    'ALTER TABLE %1$s ALTER %2$I DROP DEFAULT, ALTER %2$I TYPE %3$s USING %2$I::text%4$s::%3$s',
    attrelid::regclass, attname, enum.name, CASE WHEN is_array THEN '[]' END
) || coalesce(format(', ALTER %I SET DEFAULT ', attname) || pg_get_expr(adbin, adrelid), ''), NULL
FROM pg_attribute JOIN enum ON atttypid = enum.oid
JOIN pg_class ON pg_class.oid = attrelid AND relkind IN ('r', 'p')
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE NOT attisdropped AND attinhcount = 0
""")


def set_enum(connection: Connection, name: str, *values: str) -> None:
    """Give an enum type these values, in this order; a row with another one makes this fail."""
    enum = ENUM(*values, name=name)
    quoted = connection.dialect.identifier_preparer.quote(name)
    uses = connection.execute(USES, {"name": quoted}).all()
    for statement in (
        *(use.before for use in uses),
        f"ALTER TYPE {quoted} RENAME TO {OLD}",
        str(CreateEnumType(enum).compile(dialect=connection.dialect)),
        *(use.change for use in uses),
        *(use.after for use in uses),
        f"DROP TYPE {OLD}",
    ):
        if statement:
            connection.exec_driver_sql(statement)

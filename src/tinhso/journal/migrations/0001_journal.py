"""The journal's tables, who may do what with them, and partitions by month of the entry's id."""

from typing import ClassVar

from django.db import migrations, models

import tinhso.journal.keys

TABLES = r"""
CREATE TABLE journal_entry (
    id      uuid        NOT NULL DEFAULT uuidv7(),
    seq     bigint      GENERATED ALWAYS AS IDENTITY,
    at      timestamptz NOT NULL,
    actor   uuid,
    kind    text        NOT NULL,
    subject text        NOT NULL,
    unit    text        NOT NULL DEFAULT '',
    data    jsonb       NOT NULL DEFAULT '{}',
    meta    jsonb       NOT NULL DEFAULT '{}',
    CONSTRAINT journal_entry_pkey PRIMARY KEY (id),
    CONSTRAINT journal_entry_has_a_subject CHECK (subject <> ''),
    CONSTRAINT journal_entry_kind_is_room_noun_verb CHECK (kind ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}$'),
    CONSTRAINT journal_entry_at_is_a_day_of_the_calendar CHECK (at >= '0100-01-01' AND at < '9999-01-01'),
    CONSTRAINT journal_entry_data_and_meta_are_maps
        CHECK (jsonb_typeof(data) = 'object' AND jsonb_typeof(meta) = 'object')
) PARTITION BY RANGE (id);

CREATE INDEX journal_entry_subject_seq ON journal_entry (subject, seq);

-- Whatever no month takes goes here, so that an append is never refused.
CREATE TABLE journal_entry_other PARTITION OF journal_entry DEFAULT;

CREATE TABLE journal_pending (
    seq bigint NOT NULL,
    id  uuid   NOT NULL,
    CONSTRAINT journal_pending_pkey PRIMARY KEY (seq)
) WITH (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0,
        autovacuum_vacuum_insert_threshold = 50000, autovacuum_vacuum_insert_scale_factor = 0);

CREATE TABLE journal_head (
    one      boolean NOT NULL DEFAULT true,
    position bigint  NOT NULL DEFAULT 0,
    peaks    bytea   NOT NULL DEFAULT '',
    CONSTRAINT journal_head_pkey PRIMARY KEY (one),
    CONSTRAINT journal_head_is_one_row CHECK (one),
    CONSTRAINT journal_head_one_peak_per_bit_of_position
        CHECK (octet_length(peaks) = 32 * bit_count(int8send(position)))
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

INSERT INTO journal_head DEFAULT VALUES;

CREATE TABLE journal_leaf (
    position bigint NOT NULL,
    id       uuid   NOT NULL,
    hash     bytea  NOT NULL,
    CONSTRAINT journal_leaf_pkey PRIMARY KEY (position),
    CONSTRAINT journal_leaf_once_per_entry UNIQUE (id),
    CONSTRAINT journal_leaf_position_from_one CHECK (position >= 1),
    CONSTRAINT journal_leaf_hash_is_sha256 CHECK (octet_length(hash) = 32)
);

CREATE TABLE journal_node (
    number bigint   NOT NULL,
    level  smallint NOT NULL,
    hash   bytea    NOT NULL,
    CONSTRAINT journal_node_pkey PRIMARY KEY (level, number),
    CONSTRAINT journal_node_above_the_leaves CHECK (level >= 1 AND number >= 0),
    CONSTRAINT journal_node_hash_is_sha256 CHECK (octet_length(hash) = 32)
);

CREATE TABLE journal_checkpoint (
    size      bigint      NOT NULL,
    signed_at timestamptz NOT NULL,
    root      bytea       NOT NULL,
    note      text        NOT NULL,
    CONSTRAINT journal_checkpoint_pkey PRIMARY KEY (size),
    CONSTRAINT journal_checkpoint_of_something CHECK (size >= 1)
);

CREATE TABLE journal_cursor (
    name     text   NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    CONSTRAINT journal_cursor_pkey PRIMARY KEY (name),
    CONSTRAINT journal_cursor_not_before_the_start CHECK (position >= 0)
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

CREATE TABLE journal_failure (
    job_id   bigint      NOT NULL,
    at       timestamptz NOT NULL,
    entry_id uuid        NOT NULL,
    name     text        NOT NULL,
    error    text        NOT NULL,
    CONSTRAINT journal_failure_pkey PRIMARY KEY (job_id)
);
"""

DROP_TABLES = r"""
DROP TABLE journal_failure, journal_cursor, journal_checkpoint, journal_node, journal_leaf, journal_head,
           journal_pending, journal_entry;
"""

# What the owner's default privileges gave the program is taken back here, whatever the program's role is called.
PROTECT = """
CREATE FUNCTION journal_protect(protected regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    somebody text;
BEGIN
    FOR somebody IN
        SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
          FROM pg_class AS c, aclexplode(c.relacl) AS a
         WHERE c.oid = protected
           AND a.grantee <> c.relowner
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %s', protected, somebody);
    END LOOP;
END;
$$;

SELECT journal_protect(name::regclass)
  FROM unnest(ARRAY['journal_entry', 'journal_entry_other', 'journal_leaf', 'journal_node', 'journal_checkpoint'])
       AS t(name);
"""

DROP_PROTECT = "DROP FUNCTION journal_protect(regclass);"

# Runs as the owner for whoever calls it: the daily job of the program's role makes months ahead with it.
# A partition needs a moment alone with the journal; it rather tries again the next day than lets appends wait.
PARTITIONS = """
CREATE FUNCTION journal_make_partitions(first_month date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
    month date;
    name  text;
    made  integer := 0;
BEGIN
    FOR month IN
        SELECT (date_trunc('month', first_month) + make_interval(months => m))::date
          FROM generate_series(0, least(months, 24)) AS g(m)
    LOOP
        name := 'journal_entry_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE %I PARTITION OF journal_entry FOR VALUES FROM (%L) TO (%L)', name,
                           journal_first_id(month), journal_first_id((month + interval '1 month')::date));
            PERFORM journal_protect(name::regclass);
            made := made + 1;
        EXCEPTION WHEN check_violation THEN
            RAISE NOTICE 'entries of % stand in journal_entry_other and stay there', month;
        END;
    END LOOP;
    RETURN made;
END;
$$;

-- The smallest version 7 UUID of a day, in UTC.
CREATE FUNCTION journal_first_id(day date) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM day::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

SELECT journal_make_partitions((now() AT TIME ZONE 'UTC')::date, 3);
"""

DROP_PARTITIONS = """
DROP FUNCTION journal_make_partitions(date, integer);
DROP FUNCTION journal_first_id(date);
"""

# A NOTIFY makes all commits of the cluster wait in one row. Our workers poll, so nobody listens.
NO_NOTIFY = """
ALTER TABLE procrastinate_jobs DISABLE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1;
ALTER TABLE procrastinate_jobs DISABLE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1;
ALTER TABLE procrastinate_jobs SET (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0);
CREATE INDEX procrastinate_jobs_dead ON procrastinate_jobs (id) WHERE status = 'failed';
"""

NOTIFY = """
DROP INDEX procrastinate_jobs_dead;
ALTER TABLE procrastinate_jobs RESET (autovacuum_vacuum_threshold, autovacuum_vacuum_scale_factor);
ALTER TABLE procrastinate_jobs ENABLE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1;
ALTER TABLE procrastinate_jobs ENABLE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1;
"""

STATE = [
    migrations.CreateModel(
        name="JournalEntry",
        fields=[
            (
                "id",
                models.UUIDField(
                    db_default=tinhso.journal.keys.UUIDv7(), editable=False, primary_key=True, serialize=False
                ),
            ),
            ("seq", models.BigIntegerField(editable=False)),
            ("at", models.DateTimeField()),
            ("kind", models.TextField()),
            ("subject", models.TextField()),
            ("unit", models.TextField(default="")),
            ("actor", models.UUIDField(null=True)),
            ("data", models.JSONField(default=dict)),
            ("meta", models.JSONField(default=dict)),
        ],
        options={"db_table": "journal_entry"},
    ),
    migrations.CreateModel(
        name="JournalPending",
        fields=[
            ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
            ("entry_id", models.UUIDField(db_column="id")),
        ],
        options={"db_table": "journal_pending"},
    ),
    migrations.CreateModel(
        name="JournalHead",
        fields=[
            ("one", models.BooleanField(default=True, primary_key=True, serialize=False)),
            ("position", models.BigIntegerField()),
            ("peaks", models.BinaryField()),
        ],
        options={"db_table": "journal_head"},
    ),
    migrations.CreateModel(
        name="JournalLeaf",
        fields=[
            ("position", models.BigIntegerField(primary_key=True, serialize=False)),
            ("entry_id", models.UUIDField(db_column="id", unique=True)),
            ("hash", models.BinaryField()),
        ],
        options={"db_table": "journal_leaf"},
    ),
    migrations.CreateModel(
        name="JournalNode",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "level", "number", blank=True, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("level", models.SmallIntegerField()),
            ("number", models.BigIntegerField()),
            ("hash", models.BinaryField()),
        ],
        options={"db_table": "journal_node"},
    ),
    migrations.CreateModel(
        name="JournalCheckpoint",
        fields=[
            ("size", models.BigIntegerField(primary_key=True, serialize=False)),
            ("root", models.BinaryField()),
            ("note", models.TextField()),
            ("signed_at", models.DateTimeField()),
        ],
        options={"db_table": "journal_checkpoint"},
    ),
    migrations.CreateModel(
        name="JournalCursor",
        fields=[
            ("name", models.TextField(primary_key=True, serialize=False)),
            ("position", models.BigIntegerField(default=0)),
        ],
        options={"db_table": "journal_cursor"},
    ),
    migrations.CreateModel(
        name="JournalFailure",
        fields=[
            ("job_id", models.BigIntegerField(primary_key=True, serialize=False)),
            ("name", models.TextField()),
            ("entry_id", models.UUIDField()),
            ("at", models.DateTimeField()),
            ("error", models.TextField()),
        ],
        options={"db_table": "journal_failure"},
    ),
]


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("procrastinate", "0041_post_retry_failed_job")]

    operations: ClassVar = [
        migrations.RunSQL(TABLES, DROP_TABLES, state_operations=STATE),
        migrations.RunSQL(PROTECT, DROP_PROTECT),
        migrations.RunSQL(PARTITIONS, DROP_PARTITIONS),
        migrations.RunSQL(NO_NOTIFY, NOTIFY),
    ]

"""All tables. Rows about the world carry two times: what they are about, and when it could be known.

Observations, events, changes, log rows and audit entries are only ever added; what changes in place
(outbox, job_run, delivery status) is a state machine whose every move has a row elsewhere.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ews.store.columns import CanonicalJson, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, *values: str) -> CheckConstraint:
    """A closed list of states, kept by the database."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


# --- what was delivered -------------------------------------------------------------------------

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(80), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("period_end", Date),
    # staging rows are invisible: a crash in the middle leaves nothing that a reader can see
    Column("status", String(12), nullable=False),
    Column("decided_by", String(80)),
    Column("counts", CanonicalJson, nullable=False),
    Column("columns_seen", CanonicalJson, nullable=False),
    Column("indicators_refused", CanonicalJson, nullable=False),
    Column("unknown_columns", CanonicalJson, nullable=False),
    Column("message", Text, nullable=False),
    # hash of what the contract said about reading: the same bytes are read again when a column got a name
    Column("contract", String(64), nullable=False, server_default=""),
    # by whom it was taken in: somebody else releases it
    Column("taken_in_by", String(80), nullable=False, server_default="systeem"),
    # why only a person ends its being held, whatever a later contract makes of the file
    Column("doubt", Text, nullable=False, server_default=""),
    one_of("status", "staging", "accepted", "held", "refused"),
    # a list of states may say again what it said before the last one: then the same bytes are news
    UniqueConstraint("source", "sha256", "contract", "known_at"),
)

subject = Table(
    "subject",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identifier", String(40), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    one_of("kind", "provider", "location", "area"),
)

indicator = Table(
    "indicator",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
)

dimension = Table(
    "dimension",
    metadata,
    Column("id", Integer, primary_key=True),
    # canonical JSON of the dimensions, "{}" for none (id 1)
    Column("content", String(400), nullable=False, unique=True),
)

# Which subjects a delivery stated anything about. An unchanged value is not stored again:
# that it was seen is known from here.
delivery_coverage = Table(
    "delivery_coverage",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), primary_key=True),
    Column("row_number", Integer, nullable=False),
    Index("ix_delivery_coverage_subject", "subject_id"),
    sqlite_with_rowid=False,
)

observation = Table(
    "observation",
    metadata,
    Column("subject_id", Integer, ForeignKey("subject.id"), primary_key=True),
    Column("indicator_id", Integer, ForeignKey("indicator.id"), primary_key=True),
    Column("dimension_id", Integer, ForeignKey("dimension.id"), primary_key=True),
    Column("source", String(80), primary_key=True),
    Column("period_end", Date, primary_key=True),
    Column("known_at", Instant, primary_key=True),
    Column("period_start", Date),
    Column("value_int", BigInteger),
    Column("value_real", Double),
    Column("value_text", Text),
    Column("delivery_id", Integer, ForeignKey("delivery.id"), nullable=False),
    Column("row_number", Integer, nullable=False),
    sqlite_with_rowid=False,
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), nullable=False),
    Column("kind", String(80), nullable=False),
    Column("key", String(200), nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("ended_on", Date),
    Column("known_at", Instant, nullable=False),
    Column("detail", CanonicalJson, nullable=False),
    Column("source", String(80), nullable=False),
    Column("delivery_id", ForeignKey("delivery.id"), nullable=False),
    Column("row_number", Integer, nullable=False),
    UniqueConstraint("subject_id", "kind", "key", "source", "known_at"),
)

rejection = Table(
    "rejection",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("delivery.id"), nullable=False, index=True),
    Column("row_number", Integer, nullable=False),
    Column("column_name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("remedy", Text, nullable=False),
)

# The same bytes delivered again: nothing new, and for a source that should change a signal by itself.
delivery_again = Table(
    "delivery_again",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("delivery.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# What is remembered of every address that was fetched: what to ask next, and since when it fails.
source_fetch = Table(
    "source_fetch",
    metadata,
    Column("source", String(80), primary_key=True),
    # a listed id, a KvK number, or empty for a source with one address
    Column("item", String(80), primary_key=True),
    Column("tried_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("changed_at", Instant),
    Column("etag", Text, nullable=False, server_default=""),
    Column("modified", Text, nullable=False, server_default=""),
    Column("sha256", String(64), nullable=False, server_default=""),
    Column("problem", Text, nullable=False, server_default=""),
)

# What a feed or mailbox brought that a machine may not conclude by itself: a person confirms or dismisses it.
signal_proposal = Table(
    "signal_proposal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(80), nullable=False),
    # what makes it the same item when it is heard twice: the feed's id, and the hash of what it says
    Column("item", String(400), nullable=False),
    Column("content", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("published_on", Date),
    Column("heard_at", Instant, nullable=False),
    Column("kind", String(80), nullable=False),
    Column("is_end", Integer, nullable=False, server_default="0"),
    # [{provider, name, score}], best first
    Column("candidates", CanonicalJson, nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided_by", String(80)),
    Column("decided_at", Instant),
    Column("reason", Text, nullable=False, server_default=""),
    Column("delivery_id", ForeignKey("delivery.id")),
    one_of("state", "waiting", "confirmed", "dismissed"),
    UniqueConstraint("source", "item", "content"),
    Index("ix_signal_proposal_state", "state"),
)

# --- what was concluded -------------------------------------------------------------------------

assessment = Table(
    "assessment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("engine", String(20), nullable=False),
    Column("level", String(10), nullable=False),
    Column("points", Integer, nullable=False),
    Column("probability", Double),
    Column("horizons", CanonicalJson, nullable=False),
    Column("reasons", CanonicalJson, nullable=False),
    Column("confidence", String(8), nullable=False),
    Column("coverage", Double, nullable=False),
    Column("versions", CanonicalJson, nullable=False),
    Column("remedy", Text),
    UniqueConstraint("subject_id", "as_of", "engine"),
    Index("ix_assessment_as_of", "as_of"),
)

# Which model was put to use for a unit; the newest row holds, the one before it is the challenger.
model_activation = Table(
    "model_activation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit", String(10), nullable=False),
    Column("model", String(80), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("activated_at", Instant, nullable=False),
    Column("activated_by", String(80), nullable=False),
    Column("second", String(80), nullable=False),
)

# What a model said of a round, also in shadow: what came of it is held against this later.
model_score = Table(
    "model_score",
    metadata,
    Column("model", String(80), primary_key=True),
    Column("as_of", Instant, primary_key=True),
    Column("subject", String(80), primary_key=True),
    Column("score", Double, nullable=False),
    Column("probability", Double, nullable=False),
)

# What the watch over figures, models and alerts found.
model_watch = Table(
    "model_watch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("found", CanonicalJson, nullable=False),
)

alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), nullable=False),
    Column("family", String(40), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("cleared_at", Instant),
    Column("held", String(10), nullable=False),
    Column("below_since", Instant),
    Column("last_told_at", Instant),
    # whoever acknowledged owns it until then; after that it escalates again
    Column("acknowledged_until", Instant),
    Column("acknowledged_by", String(80)),
    # one open episode a subject and rule family, whatever number of workers decide
    Index(
        "uq_alert_open",
        "subject_id",
        "family",
        unique=True,
        sqlite_where=text("cleared_at IS NULL"),
        postgresql_where=text("cleared_at IS NULL"),
    ),
)

alert_change = Table(
    "alert_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("alert_id", ForeignKey("alert.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("reason", String(20), nullable=False),
    Column("level_before", String(10), nullable=False),
    Column("level_after", String(10), nullable=False),
    Column("points", Integer, nullable=False),
    Column("assessment_id", ForeignKey("assessment.id")),
    Column("policy", String(64), nullable=False),
    Column("actor", String(80), nullable=False),
    # of an acknowledgement: until when its actor carries the alert
    Column("carried_until", Instant),
    # the member of the same concern that speaks for this one: recorded, not told; empty: told
    Column("speaker", String(40), nullable=False, server_default=""),
)

# Silence with a reason and an end; longer than a week it takes two people.
alert_mute = Table(
    "alert_mute",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), nullable=False, index=True),
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", String(80), nullable=False),
    Column("second", String(80)),
    Column("ended_at", Instant),
)

# A told change that nobody confirmed in time goes one step up, once, whoever finds it.
escalation_step = Table(
    "escalation_step",
    metadata,
    Column("change_id", ForeignKey("alert_change.id"), primary_key=True),
    Column("at", Instant, nullable=False),
)

# --- what was told ------------------------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    # what the message is about: `alert_change:12`, `digest:2026-W47`, `test:…`
    Column("about", String(80), nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("recipient", String(200), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("message_id", String(200), nullable=False, unique=True),
    Column("thread_id", String(200)),
    Column("subject", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("local_errors", Integer, nullable=False, server_default="0"),
    Column("sent_at", Instant),
    Column("last_reply", Text, nullable=False, server_default=""),
    one_of(
        "state",
        "queued",
        "sending",
        "sent",
        "deferred",
        "refused",
        "bounced",
        "unknown",
        "parked",
        "cancelled",
    ),
    UniqueConstraint("about", "kind", "recipient", "channel", "revision"),
    Index(
        "ix_outbox_due",
        "priority",
        "next_try_at",
        sqlite_where=text("state IN ('queued', 'deferred', 'unknown')"),
        postgresql_where=text("state IN ('queued', 'deferred', 'unknown')"),
    ),
    Index(
        "ix_outbox_sending",
        "lease_until",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index("ix_outbox_thread", "thread_id"),
    Index("ix_outbox_created", "created_at"),
)

# The bytes of a message, written once: its row in `outbox` is rewritten at every step, and a mail with a picture is
# forty times as large as the rest of that row. No row here: there never was a mail, or its text was destroyed.
outbox_content = Table(
    "outbox_content",
    metadata,
    Column("outbox_id", ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

outbox_attempt = Table(
    "outbox_attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("outbox_id", ForeignKey("outbox.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("result", String(10), nullable=False),
    Column("reply", Text, nullable=False),
    # which relay was tried, and whose trouble it was: a relay that fails is left alone by the next round too
    Column("relay", String(120), nullable=False, server_default=""),
    Column("fault", String(10), nullable=False, server_default="none"),
    Index("ix_outbox_attempt_relay", "relay", "id"),
)

# Decisions that the risk committee took on a digest, and what became of them.
committee_decision = Table(
    "committee_decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("week", String(8), nullable=False),
    Column("what", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("author", String(80), nullable=False),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("ended_at", Instant),
    Column("ended_by", String(80)),
)

# Links to acknowledge that were used: each works once.
used_link = Table(
    "used_link",
    metadata,
    Column("token", String(120), primary_key=True),
    Column("used_at", Instant, nullable=False),
    Column("address", String(200), nullable=False),
)

# --- what people did ----------------------------------------------------------------------------

case_file = Table(
    "case_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("subject_id", ForeignKey("subject.id"), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("stage", Integer, nullable=False),
    Column("owner", String(80)),
    Column("alert_id", ForeignKey("alert.id")),
    # the escalation policy as it stood when the case opened; later edits do not rewrite it
    Column("policy", CanonicalJson, nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    Index(
        "uq_case_open",
        "subject_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

# The log of a case: every task, contact, measure, alternative, decision and stage is a row.
# A correction is a new row that names the one it corrects; both stay visible.
case_entry = Table(
    "case_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case_file.id"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("author", String(80), nullable=False),
    Column("second", String(80)),
    Column("content", CanonicalJson, nullable=False),
    Column("corrects", ForeignKey("case_entry.id")),
    # names and free text: outside the hash chain, with retention
    Column("private", CanonicalJson),
)

# An act that waits for the second person to sign at their own screen. Once it is done or withdrawn its
# content is gone from here: it stands in the log of the case, or nowhere.
case_proposal = Table(
    "case_proposal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case_file.id"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("content", CanonicalJson),
    Column("happened_on", Date),
    Column("evidence", CanonicalJson, nullable=False),
    Column("first", String(80), nullable=False),
    Column("second", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    one_of("state", "open", "signed", "withdrawn"),
)

# The same for acts outside a case: making rules or a model live, releasing a delivery, a large export.
countersign = Table(
    "countersign",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("about", String(120), nullable=False),
    Column("content", CanonicalJson, nullable=False),
    Column("first", String(80), nullable=False),
    Column("second", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    one_of("kind", "config", "model", "release", "export"),
    one_of("state", "open", "signed", "withdrawn", "used"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case_file.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("evidence_date", Date, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Column("uploaded_by", String(80), nullable=False),
    Column("confidentiality", String(20), nullable=False),
    Column("expires_on", Date),
    Column("entry_id", ForeignKey("case_entry.id")),
    # SHA-256 of the document with client data that this one was made from; the original was never kept
    Column("redacted_from", String(64)),
    UniqueConstraint("case_id", "number", "version"),
)

# What became of a piece after it was handed in: each look of a scanner or a person is a row.
evidence_mark = Table(
    "evidence_mark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("evidence_id", ForeignKey("evidence.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("result", String(20), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    one_of("kind", "scan", "look", "destroyed"),
)

dossier = Table(
    "dossier",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case_file.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("author", String(80), nullable=False),
    Column("regulation", String(200), nullable=False),
    Column("content", CanonicalJson, nullable=False),
    Column("files", CanonicalJson, nullable=False),
    Column("approvals", CanonicalJson, nullable=False),
    one_of("state", "draft", "approved", "sent"),
    UniqueConstraint("case_id", "kind", "version"),
)

# --- the house itself ---------------------------------------------------------------------------

# Who the office's people were on a day: messages, approvals and the audit chain name ids.
person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(80), nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("content", CanonicalJson, nullable=False),
    UniqueConstraint("person", "valid_from"),
)

config_version = Table(
    "config_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("activated_at", Instant, nullable=False),
    Column("activated_by", String(80), nullable=False),
    Column("second", String(80), nullable=False),
    Column("content", CanonicalJson, nullable=False),
    Column("difference", CanonicalJson, nullable=False),
)

job_run = Table(
    "job_run",
    metadata,
    Column("job", String(40), primary_key=True),
    Column("slot", String(60), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("token", Integer, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("lease_until", Instant),
    Column("beat", Integer, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="1"),
    Column("summary", CanonicalJson),
    Column("error", Text),
    one_of("state", "running", "done", "failed", "superseded"),
)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("proof", String(10), nullable=False),
    Column("action", String(60), nullable=False),
    Column("object", String(120), nullable=False),
    Column("detail", CanonicalJson, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    # systeem: a job; beweerd: asserted on the command line; bewezen: a login
    one_of("proof", "systeem", "beweerd", "bewezen"),
    Index("ix_audit_entry_actor", "actor", "at"),
)

# --- who is at the page ---------------------------------------------------------------------------

# A login of the office itself; what a person may do stands in people.toml, not here.
account = Table(
    "account",
    metadata,
    Column("person", String(80), primary_key=True),
    Column("password", Text, nullable=False),
    # the seed of the second factor, sealed with a key of the site that is not in the database
    Column("totp", Text, nullable=False),
    # a code works once: the last time step that was used
    Column("totp_step", BigInteger, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

# Only the hash of a token is kept: who reads the database can't take over a session or use a link.
session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person", String(80), nullable=False, index=True),
    Column("form_token", String(64), nullable=False),
    Column("via", String(20), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

login_link = Table(
    "login_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person", String(80), nullable=False),
    Column("purpose", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    one_of("purpose", "account", "login"),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("network", String(60), nullable=False),
    Column("person", String(80), nullable=False),
    Index("ix_login_failure_network", "network", "at"),
)

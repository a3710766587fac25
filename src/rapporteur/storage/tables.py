"""The tables. Times are UTC milliseconds; ids are uuids in text; every table of users' objects carries the workspace.

Types are those that SQLite and PostgreSQL both have. A change here needs a migration: expand, then contract in a later release.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
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
)

metadata = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
})


def _id() -> Column[str]:
    return Column("id", String(36), primary_key=True)


def _workspace() -> Column[str]:
    return Column("workspace_id", String(36), ForeignKey("workspaces.id"), nullable=False)


def _owner(name: str, target: str, *, nullable: bool = False, primary_key: bool = False) -> Column[str]:
    """A reference whose row goes with the row it belongs to."""
    return Column(name, String(36), ForeignKey(target, ondelete="CASCADE"), nullable=nullable, primary_key=primary_key)


def _status() -> tuple[Column[str], Column[str], Column[float]]:
    return (
        Column("status_code", String(16), nullable=False),
        Column("status_sub_code", String(80)),
        Column("status_at_ms", Double, nullable=False),
    )


workspaces = Table(
    "workspaces", metadata,
    _id(),
    Column("name", String(120), nullable=False),
    Column("created_at_ms", Double, nullable=False),
    Column("callback_profile", String(16)),
)

api_keys = Table(
    "api_keys", metadata,
    _id(),
    _workspace(),
    Column("name", String(120), nullable=False),
    Column("prefix", String(16), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at_ms", Double, nullable=False),
    Column("last_used_ms", Double),
    Column("revoked_at_ms", Double),
    # Words with a space between them.
    Column("scopes", String(64), nullable=False, server_default="read write admin"),
    Column("expires_at_ms", Double),
    Index(None, "workspace_id", "created_at_ms"),
)

members = Table(
    "members", metadata,
    _id(),
    _workspace(),
    Column("email", String(320), nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_at_ms", Double, nullable=False),
    UniqueConstraint("workspace_id", "email"),
)

provider_credentials = Table(
    "provider_credentials", metadata,
    Column("workspace_id", String(36), ForeignKey("workspaces.id"), primary_key=True),
    Column("provider", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    # Of each field as much as a person recognises it by.
    Column("masked", JSON, nullable=False),
    Column("created_at_ms", Double, nullable=False),
    Column("updated_at_ms", Double, nullable=False),
)

server_secrets = Table(
    "server_secrets", metadata,
    Column("name", String(64), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

bots = Table(
    "bots", metadata,
    _id(),
    _workspace(),
    Column("state", String(32), nullable=False),
    Column("state_since_ms", Double, nullable=False),
    Column("stamped_ms", Double, nullable=False),
    Column("sub_code", String(80)),
    Column("config", JSON, nullable=False),
    Column("meeting", JSON, nullable=False),
    Column("meeting_url", Text, nullable=False),
    Column("platform", String(32), nullable=False),
    Column("bot_name", Text, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("external_id", Text),
    Column("join_at_ms", Double),
    Column("created_at_ms", Double, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("task", String(8)),
    Column("finishes", Integer, nullable=False),
    Column("lease_until_ms", Double),
    Column("fact_number", BigInteger, nullable=False),
    Column("media_finished", Boolean, nullable=False),
    Column("losses_ms", JSON, nullable=False, server_default="[]"),
    Column("leaving_ms", Double),
    Column("event_number", BigInteger, nullable=False),
    Column("order_number", BigInteger, nullable=False),
    Index(None, "workspace_id", "created_at_ms", "id"),
    Index(None, "workspace_id", "external_id"),
    Index(None, "workspace_id", "meeting_url"),
    Index(None, "task", "lease_until_ms"),
)

status_changes = Table(
    "status_changes", metadata,
    _owner("bot_id", "bots.id", primary_key=True),
    Column("at_ms", Double, primary_key=True),
    Column("code", String(32), nullable=False),
    Column("sub_code", String(80)),
    Column("message", Text),
)

bot_events = Table(
    "bot_events", metadata,
    _owner("bot_id", "bots.id", primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _workspace(),
    Column("at_ms", Double, nullable=False),
    Column("type", String(32), nullable=False),
    Column("body", JSON, nullable=False),
)

bot_logs = Table(
    "bot_logs", metadata,
    # A bare Integer: on SQLite it is the rowid, on PostgreSQL a sequence.
    Column("id", Integer, primary_key=True),
    _owner("bot_id", "bots.id"),
    _workspace(),
    Column("at_ms", Double, nullable=False),
    Column("level", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Index(None, "bot_id", "id"),
)

orders = Table(
    "orders", metadata,
    _owner("bot_id", "bots.id", primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _workspace(),
    Column("name", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    Column("acknowledged", Boolean, nullable=False),
)

recordings = Table(
    "recordings", metadata,
    _id(),
    _workspace(),
    _owner("bot_id", "bots.id"),
    *_status(),
    Column("created_at_ms", Double, nullable=False),
    Column("started_at_ms", Double, nullable=False),
    Column("completed_at_ms", Double),
    Column("expires_at_ms", Double),
    Column("metadata", JSON, nullable=False),
    Column("report", JSON(none_as_null=True)),
    Column("config", JSON(none_as_null=True)),
    Index(None, "workspace_id", "created_at_ms", "id"),
    Index(None, "bot_id", "created_at_ms"),
    Index(None, "expires_at_ms"),
)

artifacts = Table(
    "artifacts", metadata,
    _id(),
    _workspace(),
    _owner("recording_id", "recordings.id"),
    _owner("bot_id", "bots.id"),
    Column("kind", String(32), nullable=False),
    *_status(),
    Column("created_at_ms", Double, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("format", String(16)),
    Column("detail", JSON, nullable=False),
    Index(None, "workspace_id", "kind", "created_at_ms", "id"),
    Index(None, "recording_id"),
    Index(None, "bot_id"),
)

stored_files = Table(
    "stored_files", metadata,
    _owner("artifact_id", "artifacts.id", primary_key=True),
    Column("name", String(120), primary_key=True),
    _workspace(),
    Column("position", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("role", String(64), nullable=False),
    Column("content_type", String(120), nullable=False),
    Column("size", BigInteger, nullable=False),
    UniqueConstraint("key"),
)

live_endpoints = Table(
    "live_endpoints", metadata,
    _id(),
    _workspace(),
    _owner("recording_id", "recordings.id"),
    _owner("bot_id", "bots.id"),
    Column("type", String(32), nullable=False),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    *_status(),
    Column("created_at_ms", Double, nullable=False),
    Column("metadata", JSON, nullable=False),
    Index(None, "workspace_id", "created_at_ms", "id"),
    Index(None, "recording_id"),
    Index(None, "bot_id"),
)

live_event_counts = Table(
    "live_event_counts", metadata,
    _owner("endpoint_id", "live_endpoints.id", primary_key=True),
    # Each generation of a bot counts from zero.
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("event", String(64), primary_key=True),
    Column("delivered", BigInteger, nullable=False),
    Column("dropped", BigInteger, nullable=False),
)

uploads = Table(
    "uploads", metadata,
    # An upload is the owner of its recording, and so has the row of a bot that nobody sees.
    _owner("id", "bots.id", primary_key=True),
    _workspace(),
    *_status(),
    Column("created_at_ms", Double, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("recording_id", String(36)),
    Column("digest", String(64), nullable=False),
    Column("content_type", String(120)),
    Index(None, "workspace_id", "created_at_ms", "id"),
)

screenshots = Table(
    "screenshots", metadata,
    _id(),
    _workspace(),
    _owner("bot_id", "bots.id"),
    Column("at_ms", Double, nullable=False),
    Column("key", Text),
    Column("evidence", JSON(none_as_null=True)),
    Index(None, "bot_id", "at_ms"),
)

webhook_endpoints = Table(
    "webhook_endpoints", metadata,
    _id(),
    _workspace(),
    _owner("bot_id", "bots.id", nullable=True),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at_ms", Double, nullable=False),
    Column("first_failure_ms", Double),
    Column("previous_secret", LargeBinary),
    Column("previous_until_ms", Double),
    Column("disabled_at_ms", Double),
    Column("disabled_reason", String(32)),
    Index(None, "workspace_id", "bot_id"),
    Index(None, "bot_id"),
)

webhook_deliveries = Table(
    "webhook_deliveries", metadata,
    _id(),
    _workspace(),
    _owner("endpoint_id", "webhook_endpoints.id"),
    Column("event", String(64), nullable=False),
    # No foreign key: the ledger outlives the bot.
    Column("bot_id", String(36)),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at_ms", Double, nullable=False),
    Column("next_at_ms", Double),
    Column("last_status", Integer),
    Column("last_error", Text),
    # Of the event, the same for every endpoint it is owed to.
    Column("event_id", String(36)),
    Index(None, "state", "created_at_ms"),
    Index(None, "endpoint_id", "created_at_ms"),
    Index(None, "bot_id"),
)

webhook_attempts = Table(
    "webhook_attempts", metadata,
    _owner("delivery_id", "webhook_deliveries.id", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", Double, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("duration_ms", Double, nullable=False),
    # What the receiver answered, cut and redacted.
    Column("response", Text),
)

kept_answers = Table(
    "kept_answers", metadata,
    Column("workspace_id", String(36), ForeignKey("workspaces.id"), primary_key=True),
    # Of the path and the key: a client's key has no bounded length.
    Column("digest", String(64), primary_key=True),
    Column("holder", String(36), nullable=False),
    Column("until_ms", Double, nullable=False),
    # What follows is null while the request is being worked on.
    Column("status", Integer),
    Column("headers", JSON(none_as_null=True)),
    Column("body", LargeBinary),
    Index(None, "until_ms"),
)

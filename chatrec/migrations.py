"""An empty or older conversation file -> the current schema, one named step after another.

Each step is recorded in the file (table ``_sqlite_migrations``) in the transaction that makes it,
so an interrupted upgrade leaves a file that the next start finishes. Steps are only ever added.
Knows nothing of the values that the columns hold.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from chatrec.errors import StorageError

migrations = Migrations("chatrec.conversations")


@migrations()
def conversations(db: Database) -> None:
    """Conversations, the shopper's messages, the answers, and the items these showed."""
    db.table("conversations").create(
        {"id": str, "created": float, "constraints": str},
        pk="id",
        not_null={"created", "constraints"},
    )
    db.table("messages").create(
        {"seq": int, "id": str, "conversation_id": str, "at": float, "text": str},
        pk="seq",
        not_null={"id", "conversation_id", "at", "text"},
        foreign_keys=[("conversation_id", "conversations", "id")],
    )
    db.table("messages").create_index(["id"], unique=True)
    db.table("messages").create_index(["conversation_id"])
    db.table("turns").create(
        {
            "message_id": str,
            "constraints_before": str,
            "understanding": str,
            "reply": str,
            "timings": str,
            "calls": str,
        },
        pk="message_id",
        not_null={"constraints_before", "understanding", "reply", "timings", "calls"},
        foreign_keys=[("message_id", "messages", "id")],
    )
    db.table("shown").create(
        {"message_id": str, "rank": int, "item_id": str, "recommendation": str},
        pk=("message_id", "rank"),
        not_null={"item_id", "recommendation"},
        foreign_keys=[("message_id", "messages", "id")],
    )


@migrations()
def feedback(db: Database) -> None:
    """What the shopper thought of a reply or did with one of its items."""
    db.table("feedback").create(
        {"id": int, "message_id": str, "item_id": str, "value": str, "at": float},
        pk="id",
        not_null={"message_id", "value", "at"},
        foreign_keys=[("message_id", "messages", "id")],
    )
    db.table("feedback").create_index(["message_id"])


@migrations()
def idempotency_keys(db: Database) -> None:
    """The key under which a message was sent, so that sending it again does not double it."""
    db.table("messages").add_column("key", str)
    db.table("messages").create_index(["conversation_id", "key"], unique=True)


@migrations()
def visitors(db: Database) -> None:
    """Whom a conversation belongs to; those from before belong to nobody."""
    db.table("conversations").add_column("visitor", str, not_null_default="")
    db.table("conversations").create_index(["visitor"])
    db.table("conversations").create_index(["created"])


@migrations()
def consents(db: Database) -> None:
    """Whether a conversation may be learnt from; those from before may not."""
    db.table("conversations").add_column("learn", int, not_null_default=0)


_STEPS = frozenset(
    step.__name__ for step in (conversations, feedback, idempotency_keys, visitors, consents)
)


def upgrade(db: Database) -> None:
    """Bring the file to the current schema.

    Raises:
        StorageError: the file was written by a newer chatrec; it is left as it is.
    """
    newer = sorted({step.name for step in migrations.applied(db)} - _STEPS)
    if newer:
        raise StorageError(
            f"the conversations were written by a newer chatrec (unknown: {', '.join(newer)}); "
            "install that version or choose another data folder with --data-dir"
        )
    migrations.apply(db)

"""Messages and exchanges -> a SQLite file, and back: the `ConversationStore` of one machine.

What is written is committed and synced to disk before a method returns. Knows the values of
`chatrec.types` and nothing of how a reply comes about. Candidates are not kept: a turn's are
hundreds, and the items that were shown are kept whole.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import filelock
from sqlite_utils import Database

from chatrec.errors import ConversationNotFound, KeyTaken, StorageError
from chatrec.migrations import upgrade
from chatrec.ports import GivenFeedback, StoredTurn
from chatrec.records import Record, read_constraints, to_json
from chatrec.types import Constraints, Exchange, Turn

FILE_NAME = "conversations.db"
_BUSY_SECONDS = 10.0

_STANDING = "select constraints from conversations where id = ?"
_OWNER = "select visitor from conversations where id = ?"
_OWNED = "select id from conversations where visitor = ? order by created, rowid"
_LEARNABLE = "select id from conversations where learn order by created, rowid"
_IDLE = """
    select id from conversations c where created < ? and not exists (
        select 1 from messages m where m.conversation_id = c.id and m.at >= ?)
    limit ?
"""
_KEYED = "select id, text from messages where conversation_id = ? and key = ?"
_ANSWERED = "select 1 from turns where message_id = ?"
_MESSAGES = """
    select m.id, m.at, m.text, t.constraints_before, t.understanding, t.reply, t.timings, t.calls,
        (select value from feedback f
         where f.message_id = m.id and f.item_id is null and value in ('up', 'down', 'none')
         order by f.id desc limit 1) as thumb
    from messages m left join turns t on t.message_id = m.id
    where m.conversation_id = ? order by m.seq
"""
_FEEDBACK = """
    select f.message_id, f.item_id, f.value, f.at
    from feedback f join messages m on m.id = f.message_id
    where m.conversation_id = ? order by f.id
"""
_SHOWN = """
    select s.message_id, s.recommendation
    from shown s join messages m on m.id = s.message_id
    where m.conversation_id = ? order by m.seq, s.rank
"""


class SqliteConversations:
    """Conversations in one file, shared by the threads of a process and by several processes."""

    def __init__(self, path: Path, *, learn: bool = False) -> None:
        """Open the file, make it or upgrade it; ``learn``: shoppers agree to be learnt from.

        Raises:
            StorageError: the folder or file cannot be used, or is of a newer chatrec.
        """
        self._path = path
        self._learn = learn
        self._lock = threading.Lock()
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
            self._db = Database(connection)
            try:
                # Two that make or upgrade one file at once would lock each other out.
                with filelock.FileLock(path.with_name(f"{path.name}.lock")):
                    self._prepare()
            except BaseException:
                connection.close()
                raise

    def _prepare(self) -> None:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",  # what is erased is overwritten, in free pages too
        ):
            self._db.conn.execute(f"PRAGMA {pragma}").fetchall()
        upgrade(self._db)

    def close(self) -> None:
        """Close the file."""
        with self._translated(), self._lock:
            self._db.close()

    def create(self, visitor: str = "") -> str:
        conversation_id = secrets.token_urlsafe(16)
        with self._writing() as db:
            db.table("conversations").insert(
                {
                    "id": conversation_id,
                    "created": time.time(),
                    "constraints": to_json(Constraints()),
                    "visitor": visitor,
                    "learn": int(self._learn),
                }
            )
        return conversation_id

    def owner(self, conversation_id: str) -> str:
        with self._reading() as db:
            found = db.conn.execute(_OWNER, [conversation_id]).fetchone()
        if found is None:
            raise _unknown(conversation_id)
        return str(found[0])

    def conversations_of(self, visitor: str) -> list[str]:
        with self._reading() as db:
            return [row[0] for row in db.conn.execute(_OWNED, [visitor])]

    def learnable(self) -> list[str]:
        """Conversations that were begun while shoppers agreed to be learnt from, oldest first."""
        with self._reading() as db:
            return [row[0] for row in db.conn.execute(_LEARNABLE)]

    def idle_since(self, at: float, limit: int) -> list[str]:
        with self._reading() as db:
            return [row[0] for row in db.conn.execute(_IDLE, [at, at, limit])]

    def accept(self, conversation_id: str, text: str, key: str = "") -> str:
        message_id = secrets.token_urlsafe(12)
        try:
            with self._writing() as db:
                db.table("messages").insert(
                    {
                        "id": message_id,
                        "conversation_id": conversation_id,
                        "at": time.time(),
                        "text": text,
                        "key": key or None,
                    }
                )
        except sqlite3.IntegrityError as exc:
            with self._reading() as db:
                found = db.conn.execute(_KEYED, [conversation_id, key]).fetchone()
            if found is None:
                raise _unknown(conversation_id) from exc
            message_id, accepted = found
            if accepted != text:
                raise KeyTaken from exc
        return message_id

    def keyed(self, conversation_id: str, key: str) -> StoredTurn | None:
        with self._reading() as db:
            found = db.conn.execute(_KEYED, [conversation_id, key]).fetchone()
        told = self.transcript(conversation_id) if found else ()
        return next((stored for stored in told if stored.message_id == found[0]), None)

    def complete(self, message_id: str, exchange: Exchange) -> bool:
        reply = exchange.reply
        try:
            with self._writing() as db:
                if db.conn.execute(_ANSWERED, [message_id]).fetchone():
                    return False
                db.table("turns").insert(
                    {
                        "message_id": message_id,
                        "constraints_before": to_json(exchange.turn.constraints),
                        "understanding": to_json(exchange.understanding),
                        "reply": to_json(replace(reply, recommendations=())),
                        "timings": to_json(exchange.timings),
                        "calls": to_json(exchange.calls),
                    }
                )
                db.table("shown").insert_all(
                    {
                        "message_id": message_id,
                        "rank": place,
                        "item_id": shown.item.id,
                        "recommendation": to_json(shown),
                    }
                    for place, shown in enumerate(reply.recommendations)
                )
                db.conn.execute(
                    "update conversations set constraints = ? "
                    "where id = (select conversation_id from messages where id = ?)",
                    [to_json(reply.constraints), message_id],
                )
        except sqlite3.IntegrityError as exc:
            raise ConversationNotFound(
                "the conversation was erased before its answer was there"
            ) from exc
        return True

    def next_turn(self, conversation_id: str, text: str) -> Turn:
        constraints, records = self._read(conversation_id)
        turn = Turn("")
        for record in records:
            turn = record.after(turn)
        return replace(turn, text=text, constraints=constraints)

    def transcript(self, conversation_id: str) -> list[StoredTurn]:
        _, records = self._read(conversation_id)
        turn = Turn("")
        told: list[StoredTurn] = []
        for record in records:
            told.append(record.told(turn))
            turn = record.after(turn)
        return told

    def set_constraints(self, conversation_id: str, constraints: Constraints) -> None:
        with self._writing() as db:
            changed = db.conn.execute(
                "update conversations set constraints = ? where id = ?",
                [to_json(constraints), conversation_id],
            ).rowcount
        if not changed:
            raise _unknown(conversation_id)

    def feedback(
        self, conversation_id: str, message_id: str, value: str, item_id: str | None
    ) -> None:
        with self._writing() as db:
            added = db.conn.execute(
                "insert into feedback (message_id, item_id, value, at) "
                "select id, ?, ?, ? from messages where id = ? and conversation_id = ?",
                [item_id, value, time.time(), message_id, conversation_id],
            ).rowcount
        if not added:
            raise ConversationNotFound("no message of this conversation has this id")

    def feedback_in(self, conversation_id: str) -> list[GivenFeedback]:
        self.owner(conversation_id)
        with self._reading() as db:
            return [GivenFeedback(*row) for row in db.conn.execute(_FEEDBACK, [conversation_id])]

    def erase(self, conversation_id: str) -> None:
        with self._writing() as db:
            for table in ("feedback", "shown", "turns"):
                db.conn.execute(
                    f"delete from {table} where message_id in "
                    "(select id from messages where conversation_id = ?)",
                    [conversation_id],
                )
            db.conn.execute("delete from messages where conversation_id = ?", [conversation_id])
            erased = db.conn.execute(
                "delete from conversations where id = ?", [conversation_id]
            ).rowcount
        if not erased:
            raise _unknown(conversation_id)
        with self._reading() as db:  # the write-ahead log still holds what was deleted
            db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _read(self, conversation_id: str) -> tuple[Constraints, list[Record]]:
        """The constraints that stand, and the messages with their answers, oldest first."""
        with self._reading() as db:
            found = db.conn.execute(_STANDING, [conversation_id]).fetchone()
            if found is None:
                raise _unknown(conversation_id)
            messages = list(db.query(_MESSAGES, [conversation_id]))
            cards = list(db.query(_SHOWN, [conversation_id]))
        shown: dict[str, list[str]] = {}
        for card in cards:
            shown.setdefault(card["message_id"], []).append(card["recommendation"])
        records = [Record(row, shown.get(row["id"], ())) for row in messages]
        return read_constraints(found[0]), records

    @contextmanager
    def _reading(self) -> Generator[Database]:
        with self._translated(), self._lock:
            yield self._db

    @contextmanager
    def _writing(self) -> Generator[Database]:
        """A transaction that is on disk when the block is left.

        It takes the write lock at its beginning, for which SQLite waits while another process has
        it. One that has read already and then wants to write is refused at once.
        """
        with self._translated(), self._lock:
            self._db.conn.execute("begin immediate")
            try:
                yield self._db
                self._db.conn.execute("commit")
            except BaseException:
                self._db.rollback()
                raise

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except (sqlite3.Error, OSError) as exc:
            raise StorageError(f"{self._path}: {exc}; {_advice(str(exc))}") from exc


def _unknown(conversation_id: str) -> ConversationNotFound:
    return ConversationNotFound(f"no conversation {conversation_id}: wrong id, or it was erased")


def _advice(message: str) -> str:
    """What the operator can do about a SQLite or file error."""
    lowered = message.lower()
    if "full" in lowered or "no space" in lowered:
        return "free some space on this disk, then try again"
    if "locked" in lowered:
        return "another program holds the file; close it, then try again"
    if "malformed" in lowered or "not a database" in lowered or "corrupt" in lowered:
        return "the file is damaged; move it away or restore a copy"
    return "give chatrec a folder it may write to with --data-dir"

"""Requests that are to be made -> a SQLite file, until each is made or given up.

They survive a restart. Several processes may deliver from one file: a request that is taken is
nobody else's for a while. Knows nothing of HTTP.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chatrec.errors import StorageError

_BUSY_SECONDS = 10.0
_SCHEMA = """
create table if not exists requests (
    seq integer primary key,
    id text not null,
    url text not null,
    conversation_id text not null,
    body text not null,
    tries integer not null default 0,
    due real not null
);
create index if not exists requests_by_url on requests (url, due, seq);
create index if not exists requests_by_conversation on requests (conversation_id);
"""
_TAKE = """
update requests set due = :until, tries = tries + 1
where seq = (select seq from requests where url = :url and due <= :now order by due, seq limit 1)
returning seq, id, body, tries
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """A request that was taken; ``tries`` counts this one. ``id`` is the same at every try."""

    seq: int
    id: str
    body: str
    tries: int


class Outbox:
    """The requests that are to be made. Blocking calls, safe from any thread.

    Raises `StorageError` where the disk does not let it. Times are Unix seconds.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
            try:
                self._db.executescript(
                    f"pragma journal_mode = wal; pragma secure_delete = on; {_SCHEMA}"
                )
            except sqlite3.Error:
                self._db.close()
                raise

    def put(self, id: str, url: str, conversation_id: str, body: str, due: float) -> None:
        """Keep a request to be made from ``due`` on."""
        values = (id, url, conversation_id, body, due)
        with self._writing() as db:
            db.execute(
                "insert into requests (id, url, conversation_id, body, due) values (?, ?, ?, ?, ?)",
                values,
            )

    def take(self, url: str, now: float, seconds: float) -> Pending | None:
        """The oldest request to a receiver that is due, for so many seconds nobody else's."""
        with self._writing() as db:
            row = db.execute(_TAKE, {"url": url, "now": now, "until": now + seconds}).fetchone()
        return None if row is None else Pending(*row)

    def next_due(self, url: str) -> float | None:
        """When the next request to a receiver is due; None where there is none."""
        with self._writing() as db:
            [due] = db.execute("select min(due) from requests where url = ?", (url,)).fetchone()
        return None if due is None else float(due)

    def postpone(self, pending: Pending, due: float) -> None:
        """Make a request that was taken again later."""
        with self._writing() as db:
            db.execute("update requests set due = ? where seq = ?", (due, pending.seq))

    def remove(self, pending: Pending) -> None:
        """Forget a request that was made or is given up."""
        with self._writing() as db:
            db.execute("delete from requests where seq = ?", (pending.seq,))

    def erase(self, conversation_id: str) -> None:
        """Forget the requests that tell of a conversation."""
        with self._writing() as db:
            db.execute("delete from requests where conversation_id = ?", (conversation_id,))
        with self._translated(), self._lock:  # the write-ahead log still holds what was deleted
            self._db.execute("pragma wal_checkpoint(truncate)").fetchall()

    def close(self) -> None:
        """Let go of the file."""
        with self._translated(), self._lock:
            self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._translated(), self._lock, self._db:
            yield self._db

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as exc:
            raise StorageError(f"{self._path}: {exc}") from exc

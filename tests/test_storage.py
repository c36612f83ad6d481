"""The conversation file outlives crashes and upgrades, forgets for good, fails in clear words."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlite_utils import Database

from chatrec.errors import StorageError
from chatrec.migrations import migrations
from chatrec.storage import SqliteConversations


def run(code: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def test_a_killed_process_loses_no_message_that_it_accepted(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                """
                import sys
                from pathlib import Path
                from chatrec.storage import SqliteConversations
                store = SqliteConversations(Path(sys.argv[1]))
                conversation = store.create()
                print(conversation, flush=True)
                for number in range(100_000):
                    store.accept(conversation, f"message {number}")
                    print(number, flush=True)
                """
            ),
            str(path),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    conversation = process.stdout.readline().strip()
    acknowledged = [int(process.stdout.readline()) for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in process.stdout.read().splitlines() if line]
    process.wait()
    process.stdout.close()
    store = SqliteConversations(path)
    told = store.transcript(conversation)
    store.close()
    # A last line may be cut off in the pipe, and a message stored just before the kill.
    texts = [stored.text for stored in told]
    assert texts[: len(acknowledged) - 1] == [f"message {n}" for n in acknowledged[:-1]]
    assert all(stored.exchange is None for stored in told)


_TALK = """
import sys
from pathlib import Path
from chatrec.storage import SqliteConversations
from chatrec.types import Constraints, Exchange, Intent, Item, Kind, Recommendation, Reply, Turn
from chatrec.types import Understanding
reply = Reply(Kind.SMALLTALK, "y", (Recommendation(Item(id="a", title="A"), 1),))
exchange = Exchange(Turn("x"), Understanding(Intent.CHAT, Constraints()), (), reply)
print("ready", flush=True)
sys.stdin.readline()
store = SqliteConversations(Path(sys.argv[1]))
conversation = store.create()
for number in range(20):
    store.complete(store.accept(conversation, f"message {number}"), exchange)
print(len(store.transcript(conversation)))
"""


def test_several_processes_make_and_fill_one_file(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _TALK, str(tmp_path / "conversations.db")]
    pipe = subprocess.PIPE
    talks = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(3)
    ]
    for talk in talks:
        assert talk.stdout is not None
        assert talk.stdout.readline() == "ready\n"
    for talk in talks:
        assert talk.stdin is not None
        talk.stdin.write("go\n")
        talk.stdin.flush()
    assert [talk.communicate(timeout=60) for talk in talks] == [("20\n", "")] * 3


def test_an_older_file_is_upgraded_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    with Database(path) as older:
        migrations.apply(older, stop_before="feedback")
        older.table("conversations").insert({"id": "c", "created": 1.0, "constraints": "{}"})
        older.table("messages").insert(
            {"id": "m", "conversation_id": "c", "at": 2.0, "text": "from before"}
        )
        assert "feedback" not in older.table_names()
    store = SqliteConversations(path)
    store.feedback("c", "m", "up", None)
    [stored] = store.transcript("c")
    store.close()
    assert (stored.text, stored.thumb) == ("from before", "up")


def test_a_newer_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    SqliteConversations(path).close()
    with Database(path) as newer:
        newer.table("_sqlite_migrations").insert(
            {"migration_set": migrations.name, "name": "shopping_carts", "applied_at": "2100"}
        )
        steps = newer.table("_sqlite_migrations").count
    with pytest.raises(StorageError, match=r"newer chatrec \(unknown: shopping_carts\)"):
        SqliteConversations(path)
    with Database(path) as left:
        assert left.table("_sqlite_migrations").count == steps


def test_nothing_of_an_erased_conversation_is_left_in_the_files(tmp_path: Path) -> None:
    secret = "my-address-is-7-Elm-Street"
    store = SqliteConversations(tmp_path / "conversations.db")
    conversation = store.create()
    for _ in range(50):
        store.accept(conversation, secret * 40)
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert secret.encode() in stored
    store.erase(conversation)
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert secret.encode() not in left
    store.close()


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder", encoding="utf-8")
    with pytest.raises(StorageError, match=r"data.*--data-dir"):
        SqliteConversations(tmp_path / "data" / "conversations.db")


def test_a_file_that_is_no_database_is_named_and_left(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    path.write_bytes(b"\x00\xff" * 4096)
    with pytest.raises(StorageError, match=r"damaged; move it away"):
        SqliteConversations(path)
    assert path.read_bytes() == b"\x00\xff" * 4096


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match=r"may write to with --data-dir"):
        SqliteConversations(tmp_path / "conversations.db")


def test_a_disk_that_fills_up_keeps_what_was_accepted(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    # A limit on file size is the full disk that needs no rights to make.
    done = run(
        """
        import resource, sys
        from pathlib import Path
        from chatrec.errors import StorageError
        from chatrec.storage import SqliteConversations
        store = SqliteConversations(Path(sys.argv[1]))
        conversation = store.create()
        print(conversation)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, 1 << 19))
        accepted = 0
        try:
            for _ in range(1000):
                store.accept(conversation, "x" * 4000)
                accepted += 1
        except StorageError as error:
            print(accepted, error)
        """,
        path,
    )
    assert done.returncode == 0, done.stderr
    conversation, failure = done.stdout.splitlines()
    accepted, _, message = failure.partition(" ")
    assert "--data-dir" in message or "space" in message
    store = SqliteConversations(path)
    assert len(store.transcript(conversation)) == int(accepted) > 0
    store.close()


def test_a_file_that_another_program_holds_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatrec.storage._BUSY_SECONDS", 0.05)
    path = tmp_path / "conversations.db"
    store = SqliteConversations(path)
    other = sqlite3.connect(path)
    other.execute("begin immediate")
    with pytest.raises(StorageError, match="another program holds the file"):
        store.create()
    other.rollback()
    other.close()
    assert store.create()
    store.close()


def test_two_processes_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    store = SqliteConversations(path)
    conversation = store.create()
    done = run(
        """
        import sys
        from pathlib import Path
        from chatrec.storage import SqliteConversations
        store = SqliteConversations(Path(sys.argv[1]))
        for number in range(10):
            store.accept(sys.argv[2], f"there {number}")
        """,
        path,
        conversation,
    )
    assert done.returncode == 0, done.stderr
    store.accept(conversation, "here")
    assert [stored.text for stored in store.transcript(conversation)] == [
        *(f"there {number}" for number in range(10)),
        "here",
    ]
    store.close()


def test_only_conversations_begun_with_consent_may_be_learnt_from(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    before = SqliteConversations(path)
    before.create()
    before.close()
    agreed = SqliteConversations(path, learn=True)
    conversation = agreed.create()
    assert agreed.learnable() == [conversation]
    agreed.close()

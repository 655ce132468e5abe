"""`UploadFile`: Starlette's, with `save`.

A small file is in memory and a large one in a temporary file without a name; both are gone when the request
ends. What touches the disk runs in the pool for files.  Made by the form reader.
"""

from __future__ import annotations

import os
import pathlib
import secrets
from typing import IO, BinaryIO, Protocol, cast

import anyio
from starlette.datastructures import UploadFile as StarletteUploadFile
from typing_extensions import override

from responder._http.threads import run_io


class _Spool(Protocol):
    """What a `SpooledTemporaryFile` says of itself."""

    _rolled: bool
    _max_size: int


class UploadFile(StarletteUploadFile):
    """A file that a client sent as a part of a form: `filename`, `content_type`, `size`, `headers`, `file`.

    `filename` is what the client says; never use it as a path.
    """

    size: int | None

    @property
    def closed(self) -> bool:
        """Whether the content is gone: it is when the request has ended."""
        return self.file.closed

    @override
    async def write(self, data: bytes) -> None:
        """Append to the content."""
        if self.size is not None:
            self.size += len(data)
        if self._stays_in_memory(len(data)):
            self.file.write(data)
        else:
            await run_io(self.file.write, data)

    @override
    async def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, or all that are left; empty at the end."""
        if self._stays_in_memory():
            return self.file.read(size)
        return await run_io(self.file.read, size)

    @override
    async def seek(self, offset: int) -> None:
        """Go on at this offset."""
        if self._stays_in_memory():
            self.file.seek(offset)
        else:
            await run_io(self.file.seek, offset)

    @override
    async def close(self) -> None:
        """Let go of the content."""
        self.close_now()

    def close_now(self) -> None:
        """Let go of the content, at once.  The temporary file has no name, so there is nothing to remove."""
        self.file.close()

    async def save(
        self,
        path: str | os.PathLike[str],
        *,
        chunk_size: int = 1 << 20,
        seek_start: bool = True,
        create_parents: bool = False,
        durable: bool = True,
    ) -> pathlib.Path:
        """Write the content to `path` and return it.

        It is written aside and then renamed: under its name there is the whole file or what was there before.
        `durable` waits until the disk has it.  `seek_start=False` saves from where reading has got to.
        """
        if chunk_size < 1:
            raise ValueError(f"chunk_size is at least 1, not {chunk_size}")
        target = pathlib.Path(path)
        if seek_start:
            await self.seek(0)
        aside = _aside(target)
        try:
            out = await run_io(_create, aside, create_parents)
            try:
                while await run_io(_copy_chunk, self.file, out, chunk_size):
                    pass
                await run_io(_finish, out, durable)
            finally:
                out.close()
            with anyio.CancelScope(shield=True):
                await run_io(os.replace, aside, target)
        except BaseException:
            # A cancelled task can await nothing any more, and removing a file is quick.
            aside.unlink(missing_ok=True)
            raise
        if durable:
            await run_io(_sync_directory, target.parent)
        return target

    def _stays_in_memory(self, more: int = 0) -> bool:
        if getattr(self.file, "_rolled", True):
            return False
        spool = cast("_Spool", self.file)
        return not more or not spool._max_size or self.file.tell() + more <= spool._max_size


def _aside(target: pathlib.Path) -> pathlib.Path:
    """A new name in the same directory, so that the rename stays within one file system."""
    return target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}.part")


def _create(path: pathlib.Path, create_parents: bool) -> BinaryIO:
    if create_parents:
        path.parent.mkdir(parents=True, exist_ok=True)
    return open(path, "xb", buffering=0)


def _copy_chunk(source: IO[bytes], out: BinaryIO, size: int) -> bool:
    chunk = source.read(size)
    view = memoryview(chunk)
    while view:
        view = view[out.write(view) :]
    return bool(chunk)


def _finish(out: BinaryIO, durable: bool) -> None:
    if durable:
        os.fsync(out.fileno())
    out.close()


def _sync_directory(path: pathlib.Path) -> None:
    """Make the new name last; where directories cannot be opened there is nothing to do."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)

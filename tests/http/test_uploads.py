"""Uploaded files: read anywhere, saved whole or not at all."""

from __future__ import annotations

import io
import os
import pathlib
import stat
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import anyio
import anyio.from_thread
import anyio.lowlevel
import pytest
from typing_extensions import override

from responder._http.uploads import UploadFile

pytestmark = pytest.mark.anyio


def upload(content: bytes = b"0123456789", *, spool: int = 5) -> UploadFile:
    file = SpooledTemporaryFile(max_size=spool)  # noqa: SIM115  # the upload closes it
    file.write(content)
    file.seek(0)
    return UploadFile(cast("BinaryIO", file), size=len(content), filename="a.txt")


@pytest.mark.parametrize("spool", [5, 500])
async def test_reading_writing_and_seeking_work_in_memory_and_on_disk(spool: int) -> None:
    one = upload(spool=spool)
    assert await one.read(3) == b"012"
    assert await one.read() == b"3456789"
    assert await one.read() == b""
    await one.write(b"more")
    assert one.size == 14
    await one.seek(8)
    assert await one.read() == b"89more"
    await one.close()
    assert one.closed


async def test_writing_may_move_a_file_to_disk() -> None:
    one = upload(b"abc", spool=5)
    await one.seek(3)
    await one.write(b"defgh")
    await one.seek(0)
    assert await one.read() == b"abcdefgh"
    await one.close()


@pytest.mark.parametrize("spool", [5, 500])
@pytest.mark.parametrize("chunk_size", [1, 3, 1 << 20])
async def test_a_saved_file_has_the_whole_content(
    tmp_path: pathlib.Path, spool: int, chunk_size: int
) -> None:
    one = upload(spool=spool)
    await one.read(4)
    assert await one.save(tmp_path / "out", chunk_size=chunk_size) == tmp_path / "out"
    assert (tmp_path / "out").read_bytes() == b"0123456789"
    await one.close()


async def test_saving_may_go_on_from_where_reading_got_to(tmp_path: pathlib.Path) -> None:
    one = upload()
    await one.read(4)
    await one.save(str(tmp_path / "out"), seek_start=False, durable=False)
    assert (tmp_path / "out").read_bytes() == b"456789"
    await one.close()


async def test_an_existing_file_is_replaced(tmp_path: pathlib.Path) -> None:
    (tmp_path / "out").write_bytes(b"before")
    one = upload()
    await one.save(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"0123456789"
    await one.close()


async def test_directories_are_made_when_asked_for(tmp_path: pathlib.Path) -> None:
    one = upload()
    with pytest.raises(FileNotFoundError):
        await one.save(tmp_path / "a" / "b" / "out")
    await one.save(tmp_path / "a" / "b" / "out", create_parents=True)
    assert (tmp_path / "a" / "b" / "out").read_bytes() == b"0123456789"
    await one.close()


async def test_a_saved_file_has_the_permissions_of_any_new_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / "usual").touch()
    one = upload()
    await one.save(tmp_path / "out")
    mode = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("usual", "out")]
    assert mode[0] == mode[1]
    await one.close()


class Breaks(io.BytesIO):
    """A source that fails, or does something else, at its second chunk."""

    reads = 0

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        if self.reads == 2:
            self.at_second()
        return super().read(size)

    def at_second(self) -> None:
        raise OSError("the disk is gone")


@pytest.mark.parametrize("before", [None, b"before"])
async def test_a_save_that_fails_leaves_what_was_there(tmp_path: pathlib.Path, before: bytes | None) -> None:
    if before is not None:
        (tmp_path / "out").write_bytes(before)
    one = UploadFile(Breaks(b"0123456789"))
    with pytest.raises(OSError, match="the disk is gone"):
        await one.save(tmp_path / "out", chunk_size=4)
    assert os.listdir(tmp_path) == ([] if before is None else ["out"])
    if before is not None:
        assert (tmp_path / "out").read_bytes() == before


async def test_a_save_that_is_cancelled_leaves_nothing(tmp_path: pathlib.Path) -> None:
    with anyio.CancelScope() as scope:

        class Cancels(Breaks):
            @override
            def at_second(self) -> None:
                scope_holder()

        def scope_holder() -> None:
            anyio.from_thread.run_sync(scope.cancel, token=token)

        token = anyio.lowlevel.current_token()
        await UploadFile(Cancels(b"0123456789")).save(tmp_path / "out", chunk_size=4)
    assert scope.cancelled_caught
    assert os.listdir(tmp_path) == []


async def test_a_target_that_is_a_directory_is_refused_and_nothing_is_left(tmp_path: pathlib.Path) -> None:
    (tmp_path / "out").mkdir()
    one = upload()
    with pytest.raises(OSError, match="out"):
        await one.save(tmp_path / "out")
    assert os.listdir(tmp_path) == ["out"]
    await one.close()


async def test_a_chunk_of_nothing_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="chunk_size"):
        await UploadFile(io.BytesIO()).save(tmp_path / "out", chunk_size=0)

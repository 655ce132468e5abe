"""Open a file to be sent: a regular file, and with a root only one that is inside it.

The name may come from a client.  Symbolic links are followed as long as they stay inside; then the resolved
path is walked again from the root's own descriptor without following any, so that nothing that is swapped
after the check leads outside.  Whatever is not such a file raises `NoSuchFile`, and says nothing more.

Blocking: called in a thread.  Knows neither requests nor responses.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path, PureWindowsPath
from typing import Final

_ABSENT: Final = frozenset(
    (
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.EACCES,
        errno.EPERM,
        errno.EINVAL,
        errno.ENXIO,
        errno.ENODEV,
        errno.EMLINK,
    )
)
"""What the system says of a path that leads to no file we may read; anything else is a fault of ours."""

_FILE: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # a pipe nobody writes to must not hold the thread
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_CAN_WALK: Final = os.open in os.supports_dir_fd and _NO_LINK != 0

Name = str | os.PathLike[str]


class NoSuchFile(Exception):
    """There is no regular file of this name, or not where it may be."""


def open_regular(path: Name, root: Name | None) -> int:
    """A descriptor of the file, for the caller to close."""
    try:
        name = os.fspath(path)
        descriptor = _open(name, None) if root is None else _open_inside(name, os.fspath(root))
    except OSError as error:
        if error.errno in _ABSENT:
            raise NoSuchFile from error
        raise
    except ValueError as error:  # a NUL, or a surrogate that no file system takes
        raise NoSuchFile from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NoSuchFile
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _open(name: str, folder: int | None) -> int:
    """Open by name; looked at first, because opening a device may already do something."""
    inside = folder is not None
    if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=not inside).st_mode):
        raise NoSuchFile
    return os.open(name, _FILE | (_NO_LINK if inside else 0), dir_fd=folder)


def _open_inside(name: str, root: str) -> int:
    base = os.path.realpath(root, strict=True)
    parts = _resolved(name, base)
    if not _CAN_WALK:
        return _open_checked(os.path.join(base, *parts), base)
    folder = os.open(base, _FOLDER)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FOLDER | _NO_LINK, dir_fd=folder)
            os.close(folder)
            folder = inner
        return _open(parts[-1], folder)
    finally:
        os.close(folder)


def _resolved(name: str, base: str) -> tuple[str, ...]:
    """The way from the root to the file, without links and dots."""
    if "\0" in name or name.endswith(("/", os.sep)):
        raise NoSuchFile
    if os.name == "nt" and (PureWindowsPath(name).drive or ":" in name):
        raise NoSuchFile
    relative = name.lstrip("/" + os.sep)
    target = Path(os.path.realpath(os.path.join(base, relative), strict=True))
    if not target.is_relative_to(base) or target == Path(base):
        raise NoSuchFile
    return target.relative_to(base).parts


def _open_checked(path: str, base: str) -> int:
    """Where folders cannot be walked by descriptor: open, then see that the path still leads there."""
    descriptor = _open(path, None)
    try:
        again = os.path.realpath(path, strict=True)
        same = os.path.samestat(os.fstat(descriptor), os.stat(again))
        if not same or not Path(again).is_relative_to(base):
            raise NoSuchFile
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor

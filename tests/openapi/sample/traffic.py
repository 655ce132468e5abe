"""Uploads, downloads, streams and forms of the sample."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from responder import SSE, File, Form, Query, Response, Router, UploadFile, WebSocket
from tests.openapi.sample.models import Colour, Credentials, Progress, Session, Uploaded

traffic = Router("/traffic", tags=["traffic"])
PNG = b"\x89PNG\r\n\x1a\n"


def is_png(file: UploadFile) -> UploadFile:
    """Refuse what does not begin as a picture does, whatever it says that it is."""
    start = file.file.read(len(PNG))
    file.file.seek(0)
    if start != PNG:
        raise ValueError("This is no PNG picture")
    return file


Picture = Annotated[
    UploadFile, AfterValidator(is_png), Field(json_schema_extra={"contentMediaType": "image/png"})
]
Topic = Annotated[str, Field(pattern="^[a-z]+:[a-z]+$", max_length=40)]


@traffic.post("/upload", max_body_size=1_000_000)
async def upload(
    *,
    file: UploadFile = File(description="The file itself."),
    title: str = Form("Untitled", max_length=40, pattern="^[A-Z]"),
    colour: Colour | None = Form(None),
) -> Uploaded:
    """Upload a file.

    One file, and fields beside it.
    """
    return Uploaded(names=[file.filename or ""], bytes=len(await file.read()), title=title)


@traffic.post("/uploads")
async def upload_many(
    *, files: list[Picture] = File(max_length=9), cover: Picture | None = File(None)
) -> Uploaded:
    """Upload pictures.

    Several files under one name, and one that may be missing.
    """
    return Uploaded(names=[file.filename or "" for file in files], bytes=0)


@traffic.post("/login")
async def log_in(*, form: Credentials = Form()) -> Session:
    """Log in by a form.

    A form that is a model.
    """
    return Session(user=form.user)


@traffic.post("/subscribe")
async def subscribe(
    *, address: str = Form(min_length=3, max_length=60), topics: list[Topic] = Form(max_length=20)
) -> Session:
    """Subscribe.

    A form of single fields.
    """
    return Session(user=address, scopes=topics)


@traffic.get("/raw")
async def download_bytes() -> bytes:
    """Download bytes.

    As they are.
    """
    return io.BytesIO(b"\x00\x01").getvalue()


@traffic.get("/text")
async def download_text() -> str:
    """Download words.

    Plain ones.
    """
    return "plain words"


@traffic.get(
    "/file",
    responses={
        200: {"description": "This file.", "content": {"text/x-python": {"schema": {"type": "string"}}}}
    },
)
def download_file(resp: Response) -> None:
    """Download a file.

    From disk, with a type that is said by hand.
    """
    resp.file(Path(__file__), content_type="text/x-python")


@traffic.get(
    "/page",
    responses={200: {"description": "A page.", "content": {"text/html": {"schema": {"type": "string"}}}}},
)
async def show_page(resp: Response) -> None:
    """Show a page.

    In HTML.
    """
    resp.html = "<p>hello</p>"


@traffic.sse("/events")
async def watch(*, count: int = Query(2, ge=0, le=9)) -> AsyncIterator[SSE[Progress]]:
    """Watch.

    Events with a type.
    """
    for done in range(min(count, 3)):
        yield SSE(Progress(done=done, of=count), event="progress", id=done)


@traffic.ndjson("/rows")
async def export() -> AsyncIterator[Progress]:
    """Export.

    Lines of JSON with a type.
    """
    yield Progress(done=1, of=1)


@traffic.websocket_route("/socket")
async def talk(ws: WebSocket) -> None:
    """In no document: it is no HTTP operation."""
    await ws.accept()

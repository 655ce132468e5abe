"""Send files, list them, get them back whole or in parts."""

from __future__ import annotations

from pathlib import Path

from examples.uploads.shelf import Kept, Shelf, open_shelf
from responder import API, File, FormLimits, Problem, Registry, Request, Response, UploadFile, provider

STATIC = Path(__file__).parent / "static"
LARGEST = 50 * 1024 * 1024


class Deps(Registry):
    """What handlers ask for by name."""

    shelf = provider(open_shelf, scope="app")


api = API(
    registry=Deps,
    static_dir=STATIC,
    max_request_size=LARGEST,
    form_limits=FormLimits(max_files=20),
    title="Uploads",
    version="1.0",
    docs_route="/docs",
)


class BadName(Problem):
    """A file cannot be called so."""

    status = 422
    type = "/problems/bad-name"
    title = "Bad name"
    name: str


def _place(shelf: Shelf, name: str | None) -> Path:
    place = shelf.place(name)
    if place is None:
        raise BadName(detail="Letters, digits and a few signs, at most 100.", name=name or "")
    return place


@api.get("/", include_in_schema=False)
async def page(resp: Response) -> None:
    """Show the page."""
    resp.file(STATIC / "index.html")


@api.get("/files")
def list_files(*, shelf: Shelf) -> list[Kept]:
    """List what is kept."""
    return shelf.list()


@api.post("/files", status_code=201)
async def send_files(*, files: list[UploadFile] = File(), shelf: Shelf) -> list[Kept]:
    """Keep files of a form.  All names are looked at before any file is written."""
    places = [_place(shelf, file.filename) for file in files]
    for place, file in zip(places, files, strict=True):
        await file.save(place)
    return [shelf.kept(place) for place in places]


@api.get("/files/{name}")
async def get_file(resp: Response, *, name: str, shelf: Shelf) -> None:
    """Give a file back; ranges and conditions are answered."""
    resp.download(name, root=shelf.folder)


@api.put("/files/{name}")
async def put_file(req: Request, *, name: str, shelf: Shelf) -> Kept:
    """Keep the body as a file, however large, a piece at a time."""
    place = _place(shelf, name)
    aside = place.with_name(f".{place.name}.part")
    try:
        with aside.open("wb") as written:
            async for piece in req.stream():
                written.write(piece)
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)
    return shelf.kept(place)


@api.delete("/files/{name}", status_code=204)
def delete_file(*, name: str, shelf: Shelf) -> None:
    """Forget a file."""
    try:
        _place(shelf, name).unlink()
    except FileNotFoundError:
        raise Problem(404, f"There is no file {name}.") from None

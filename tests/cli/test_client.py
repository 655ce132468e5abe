"""`responder client`: from an application or a document to a file that is up to date, or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from responder.ext.cli import cli
from tests.house.source import ROOT

STORE = str(ROOT / "examples" / "store" / "app.py")


def test_a_client_is_shown_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(["client", STORE]) == 0
    shown = capsys.readouterr().out
    file = tmp_path / "new" / "client.py"
    assert cli(["client", STORE, "-o", str(file), "--class-name", "Store"]) == 0
    written = file.read_text(encoding="utf-8")
    assert "class Store(SyncClient):" in written
    assert "class APIClient(SyncClient):" in shown
    assert (
        written.replace("AsyncStore", "AsyncAPIClient")
        .replace("class Store", "class APIClient")
        .replace('"Store"', '"APIClient"')
        .replace("-> Store:", "-> APIClient:")
        == shown
    )


def test_an_old_client_is_told_by_the_status(tmp_path: Path) -> None:
    file = tmp_path / "client.py"
    call = ["client", STORE, "-o", str(file), "--check"]
    assert cli(call) == 1
    assert not file.exists()
    assert cli(call[:-1]) == 0
    assert cli(call) == 0
    file.write_text(file.read_text() + "# changed\n")
    assert cli(call) == 1


@pytest.mark.parametrize("name", ["shop.json", "shop.yml"])
def test_a_document_is_a_source_too(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / name
    assert cli(["openapi", STORE, "-o", str(document)]) == 0
    assert cli(["client", STORE]) == 0
    from_the_application = capsys.readouterr().out
    assert cli(["client", str(document)]) == 0
    assert capsys.readouterr().out == from_the_application


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing.yml"], "nothing.yml can not be read"),
        ([STORE, "--check"], "--check needs the file that is compared"),
        ([STORE, "--class-name", "my client"], "not 'my client'"),
        ([STORE, "--lang", "cobol"], "invalid choice: 'cobol'"),
        ([STORE, "-o", str(ROOT / "examples")], "can not be written"),
    ],
)
def test_a_wrong_wish_is_told(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = cli(["client", *arguments])
    except SystemExit as stopped:
        status = int(str(stopped.code))
    assert status == 2
    assert told in capsys.readouterr().err


def test_a_file_that_is_no_document_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.yml").write_text("just: words")
    assert cli(["client", str(tmp_path / "notes.yml")]) == 2
    assert "OpenAPI document" in capsys.readouterr().err

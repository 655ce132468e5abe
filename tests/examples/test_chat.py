"""The chat: rooms, names, what newcomers are told, and who doesn't read."""

from __future__ import annotations

import anyio
import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse, WebSocketTestSession

from examples.chat.app import api
from examples.chat.lobby import MOST_BEHIND, REMEMBERED, Lobby
from examples.chat.messages import Event, Moved, Said
from responder.errors import WebSocketDisconnect


@pytest.fixture
def client() -> TestClient:
    return api.test_client()


def enter(client: TestClient, room: str, name: str) -> WebSocketTestSession:
    return client.websocket_connect(f"/rooms/{room}?name={name}")


def test_the_declarations_are_sound() -> None:
    assert [str(finding) for finding in api.check()] == []


def test_the_page_loads_its_own_files_only(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    for file in ("static/chat.js", "static/chat.css"):
        assert f'"{file}"' in page.text
        assert client.get(f"/{file}").status_code == 200


def test_everybody_in_a_room_hears_what_is_said(client: TestClient) -> None:
    with client, enter(client, "one", "ada") as ada:
        assert ada.receive_json() == {"kind": "came", "who": "ada", "present": ["ada"]}
        with enter(client, "one", "bob") as bob, enter(client, "two", "cleo") as cleo:
            came = {"kind": "came", "who": "bob", "present": ["ada", "bob"]}
            assert (ada.receive_json(), bob.receive_json()) == (came, came)
            assert cleo.receive_json()["present"] == ["cleo"]
            bob.send_json({"kind": "say", "text": "  hello  "})
            said = {"kind": "said", "by": "bob", "text": "hello"}
            assert (ada.receive_json(), bob.receive_json()) == (said, said)
        assert ada.receive_json() == {"kind": "left", "who": "bob", "present": ["ada"]}


def test_a_newcomer_is_told_what_was_said(client: TestClient) -> None:
    with client, enter(client, "one", "ada") as ada:
        ada.receive_json()
        for number in range(REMEMBERED + 5):
            ada.send_json({"text": str(number)})
            ada.receive_json()
        with enter(client, "one", "bob") as bob:
            heard = [bob.receive_json()["text"] for _ in range(REMEMBERED)]
            assert heard == [str(number) for number in range(5, REMEMBERED + 5)]
            assert bob.receive_json()["kind"] == "came"


@pytest.mark.parametrize("sent", ['{"text": ""}', '{"text": 5}', "no json", '{"kind": "shout", "text": "x"}'])
def test_what_is_no_message_is_reported_and_the_room_goes_on(client: TestClient, sent: str) -> None:
    with client, enter(client, "one", "ada") as ada:
        ada.receive_json()
        ada.send_text(sent)
        assert ada.receive_json()["status"] in (400, 422)
        ada.send_json({"text": "still here"})
        assert ada.receive_json()["text"] == "still here"


def test_a_name_is_taken_until_its_owner_has_left(client: TestClient) -> None:
    with client:
        with enter(client, "one", "ada") as ada:
            ada.receive_json()
            with pytest.raises(WebSocketDenialResponse) as refused, enter(client, "one", "ada"):
                pass
            answer = refused.value
            assert (answer.status_code, answer.json()["name"]) == (409, "ada")
        with enter(client, "one", "ada") as again:
            assert again.receive_json()["present"] == ["ada"]


@pytest.mark.parametrize("name", ["", "a b", "<script>", "x" * 21])
def test_a_bad_name_is_refused(client: TestClient, name: str) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/rooms/one", params={"name": name}):
        pass


def test_a_page_of_another_site_opens_no_socket(client: TestClient) -> None:
    elsewhere = {"origin": "https://elsewhere.example"}
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/rooms/one?name=ada", headers=elsewhere),
    ):
        pass


def test_who_does_not_read_is_left_behind_and_holds_nobody() -> None:
    async def scenario() -> list[Event]:
        lobby = Lobby()
        with lobby.join("one", "ada") as ada, lobby.join("one", "bob") as bob:
            for number in range(MOST_BEHIND * 2):
                ada.say(str(number))
            return [event async for event in bob.events()]

    heard = anyio.run(scenario)
    assert isinstance(heard[0], Moved)
    assert heard[1:] == [Said(by="ada", text=str(number)) for number in range(MOST_BEHIND - 1)]

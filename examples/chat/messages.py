"""What travels over the socket, in both directions."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, StringConstraints


class Say(BaseModel):
    """What a member sends."""

    kind: Literal["say"] = "say"
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Said(BaseModel):
    """Somebody said something; everybody in the room gets it, the speaker too."""

    kind: Literal["said"] = "said"
    by: str
    text: str


class Moved(BaseModel):
    """Somebody came or left; with everybody who is there now."""

    kind: Literal["came", "left"]
    who: str
    present: list[str]


Event: TypeAlias = Said | Moved

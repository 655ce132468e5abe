"""Markers that disagree with the annotation beside them, in every checker and without a plugin."""

from __future__ import annotations

from responder import Body, Cookie, File, Form, Header, Path, Query, UploadFile


def default_of_another_type(n: int = Query("no")) -> None: ...  # E: assignment | reportArgumentType
def default_of_another_header(n: int = Header("no")) -> None: ...  # E: assignment | reportArgumentType
def default_of_another_cookie(n: int = Cookie("no")) -> None: ...  # E: assignment | reportArgumentType
def default_of_another_form(n: int = Form("no")) -> None: ...  # E: assignment | reportArgumentType
def default_of_another_body(n: int = Body("no")) -> None: ...  # E: assignment | reportArgumentType
def default_of_another_file(f: UploadFile = File("no")) -> None: ...  # E: assignment | reportArgumentType
def none_is_not_a_string(s: str = Query(None)) -> None: ...  # E: assignment | reportArgumentType
def none_is_not_an_integer(n: int = Query(None, ge=1)) -> None: ...  # E: assignment | reportArgumentType
def bound_of_a_string(s: str = Query("a", ge=1)) -> None: ...  # E: assignment | reportArgumentType
def bound_of_a_required_string(s: str = Query(ge=1)) -> None: ...  # E: assignment | reportArgumentType
def bound_of_another_type(n: int = Query(1, le="9")) -> None: ...  # E: assignment | reportArgumentType
def fraction_of_an_integer(n: int = Path(ge=0.5)) -> None: ...  # E: assignment | reportArgumentType
def length_of_an_integer(n: int = Query(1, min_length=1)) -> None: ...  # E: call-overload | reportCallIssue
def length_of_a_number(n: int = Body(1, min_length=1)) -> None: ...  # E: call-overload | reportCallIssue
def bound_of_a_body(s: str = Body("a", ge=1)) -> None: ...  # E: assignment | reportArgumentType
def pattern_of_an_integer(n: int = Query(1, pattern="a")) -> None: ...  # E: call-overload | reportCallIssue
def pattern_is_a_string(s: str = Query("a", pattern=1)) -> None: ...  # E: call-overload | reportCallIssue
def unknown_option(n: int = Query(1, minimum=1)) -> None: ...  # E: call-overload | reportCallIssue
def misspelt_option(n: int = Header(alais="x")) -> None: ...  # E: call-overload | reportCallIssue
def alias_is_a_string(n: int = Query(1, alias=3)) -> None: ...  # E: call-overload | reportCallIssue
def only_bodies_are_embedded(n: int = Query(1, embed=True)) -> None: ...  # E: call-overload | reportCallIssue
def both_defaults(n: int = Query(1, default_factory=int)) -> None: ...  # E: call-overload | reportCallIssue
def wrong_factory(n: int = Query(default_factory=str)) -> None: ...  # E: assignment | reportArgumentType
def greedy_factory(n: int = Query(default_factory=len)) -> None: ...  # E: arg-type | reportCallIssue
def files_have_no_bounds(f: UploadFile = File(ge=1)) -> None: ...  # E: call-overload | reportCallIssue
def two_defaults(n: int = Query(1, 2)) -> None: ...  # E: call-overload | reportCallIssue

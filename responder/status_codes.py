"""HTTP status codes by number (`HTTP_404`), by phrase (`not_found`, `HTTP_404_NOT_FOUND`) and by class
(`is_400`), and the close codes of WebSockets (`WS_1008_POLICY_VIOLATION`).

For handlers that would rather write a name than a number, and for the framework's own phrases.  It knows
nothing but the tables of RFC 9110, RFC 6455 and their neighbours; everyone may import it.
"""

from __future__ import annotations

from typing import Final

HTTP_100: Final = 100
HTTP_101: Final = 101
HTTP_102: Final = 102
HTTP_103: Final = 103
HTTP_200: Final = 200
HTTP_201: Final = 201
HTTP_202: Final = 202
HTTP_203: Final = 203
HTTP_204: Final = 204
HTTP_205: Final = 205
HTTP_206: Final = 206
HTTP_207: Final = 207
HTTP_208: Final = 208
HTTP_226: Final = 226
HTTP_300: Final = 300
HTTP_301: Final = 301
HTTP_302: Final = 302
HTTP_303: Final = 303
HTTP_304: Final = 304
HTTP_305: Final = 305
HTTP_306: Final = 306
HTTP_307: Final = 307
HTTP_308: Final = 308
HTTP_400: Final = 400
HTTP_401: Final = 401
HTTP_402: Final = 402
HTTP_403: Final = 403
HTTP_404: Final = 404
HTTP_405: Final = 405
HTTP_406: Final = 406
HTTP_407: Final = 407
HTTP_408: Final = 408
HTTP_409: Final = 409
HTTP_410: Final = 410
HTTP_411: Final = 411
HTTP_412: Final = 412
HTTP_413: Final = 413
HTTP_414: Final = 414
HTTP_415: Final = 415
HTTP_416: Final = 416
HTTP_417: Final = 417
HTTP_418: Final = 418
HTTP_421: Final = 421
HTTP_422: Final = 422
HTTP_423: Final = 423
HTTP_424: Final = 424
HTTP_425: Final = 425
HTTP_426: Final = 426
HTTP_428: Final = 428
HTTP_429: Final = 429
HTTP_431: Final = 431
HTTP_444: Final = 444
HTTP_449: Final = 449
HTTP_450: Final = 450
HTTP_451: Final = 451
HTTP_499: Final = 499
HTTP_500: Final = 500
HTTP_501: Final = 501
HTTP_502: Final = 502
HTTP_503: Final = 503
HTTP_504: Final = 504
HTTP_505: Final = 505
HTTP_506: Final = 506
HTTP_507: Final = 507
HTTP_508: Final = 508
HTTP_509: Final = 509
HTTP_510: Final = 510
HTTP_511: Final = 511

HTTP_100_CONTINUE: Final = 100
HTTP_101_SWITCHING_PROTOCOLS: Final = 101
HTTP_102_PROCESSING: Final = 102
HTTP_103_EARLY_HINTS: Final = 103
HTTP_200_OK: Final = 200
HTTP_201_CREATED: Final = 201
HTTP_202_ACCEPTED: Final = 202
HTTP_203_NON_AUTHORITATIVE_INFORMATION: Final = 203
HTTP_204_NO_CONTENT: Final = 204
HTTP_205_RESET_CONTENT: Final = 205
HTTP_206_PARTIAL_CONTENT: Final = 206
HTTP_207_MULTI_STATUS: Final = 207
HTTP_208_ALREADY_REPORTED: Final = 208
HTTP_226_IM_USED: Final = 226
HTTP_300_MULTIPLE_CHOICES: Final = 300
HTTP_301_MOVED_PERMANENTLY: Final = 301
HTTP_302_FOUND: Final = 302
HTTP_303_SEE_OTHER: Final = 303
HTTP_304_NOT_MODIFIED: Final = 304
HTTP_305_USE_PROXY: Final = 305
HTTP_306_RESERVED: Final = 306
HTTP_306_SWITCH_PROXY: Final = 306
HTTP_307_TEMPORARY_REDIRECT: Final = 307
HTTP_308_PERMANENT_REDIRECT: Final = 308
HTTP_400_BAD_REQUEST: Final = 400
HTTP_401_UNAUTHORIZED: Final = 401
HTTP_402_PAYMENT_REQUIRED: Final = 402
HTTP_403_FORBIDDEN: Final = 403
HTTP_404_NOT_FOUND: Final = 404
HTTP_405_METHOD_NOT_ALLOWED: Final = 405
HTTP_406_NOT_ACCEPTABLE: Final = 406
HTTP_407_PROXY_AUTHENTICATION_REQUIRED: Final = 407
HTTP_408_REQUEST_TIMEOUT: Final = 408
HTTP_409_CONFLICT: Final = 409
HTTP_410_GONE: Final = 410
HTTP_411_LENGTH_REQUIRED: Final = 411
HTTP_412_PRECONDITION_FAILED: Final = 412
HTTP_413_CONTENT_TOO_LARGE: Final = 413
HTTP_413_PAYLOAD_TOO_LARGE: Final = 413
HTTP_413_REQUEST_ENTITY_TOO_LARGE: Final = 413
HTTP_414_URI_TOO_LONG: Final = 414
HTTP_414_REQUEST_URI_TOO_LONG: Final = 414
HTTP_415_UNSUPPORTED_MEDIA_TYPE: Final = 415
HTTP_416_RANGE_NOT_SATISFIABLE: Final = 416
HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE: Final = 416
HTTP_417_EXPECTATION_FAILED: Final = 417
HTTP_418_IM_A_TEAPOT: Final = 418
HTTP_421_MISDIRECTED_REQUEST: Final = 421
HTTP_422_UNPROCESSABLE_CONTENT: Final = 422
HTTP_422_UNPROCESSABLE_ENTITY: Final = 422
HTTP_423_LOCKED: Final = 423
HTTP_424_FAILED_DEPENDENCY: Final = 424
HTTP_425_TOO_EARLY: Final = 425
HTTP_426_UPGRADE_REQUIRED: Final = 426
HTTP_428_PRECONDITION_REQUIRED: Final = 428
HTTP_429_TOO_MANY_REQUESTS: Final = 429
HTTP_431_REQUEST_HEADER_FIELDS_TOO_LARGE: Final = 431
HTTP_444_NO_RESPONSE: Final = 444
HTTP_449_RETRY_WITH: Final = 449
HTTP_450_BLOCKED_BY_WINDOWS_PARENTAL_CONTROLS: Final = 450
HTTP_451_UNAVAILABLE_FOR_LEGAL_REASONS: Final = 451
HTTP_499_CLIENT_CLOSED_REQUEST: Final = 499
HTTP_500_INTERNAL_SERVER_ERROR: Final = 500
HTTP_501_NOT_IMPLEMENTED: Final = 501
HTTP_502_BAD_GATEWAY: Final = 502
HTTP_503_SERVICE_UNAVAILABLE: Final = 503
HTTP_504_GATEWAY_TIMEOUT: Final = 504
HTTP_505_HTTP_VERSION_NOT_SUPPORTED: Final = 505
HTTP_506_VARIANT_ALSO_NEGOTIATES: Final = 506
HTTP_507_INSUFFICIENT_STORAGE: Final = 507
HTTP_508_LOOP_DETECTED: Final = 508
HTTP_509_BANDWIDTH_LIMIT_EXCEEDED: Final = 509
HTTP_510_NOT_EXTENDED: Final = 510
HTTP_511_NETWORK_AUTHENTICATION_REQUIRED: Final = 511

WS_1000_NORMAL_CLOSURE: Final = 1000
WS_1001_GOING_AWAY: Final = 1001
WS_1002_PROTOCOL_ERROR: Final = 1002
WS_1003_UNSUPPORTED_DATA: Final = 1003
WS_1005_NO_STATUS_RCVD: Final = 1005
WS_1006_ABNORMAL_CLOSURE: Final = 1006
WS_1007_INVALID_FRAME_PAYLOAD_DATA: Final = 1007
WS_1008_POLICY_VIOLATION: Final = 1008
WS_1009_MESSAGE_TOO_BIG: Final = 1009
WS_1010_MANDATORY_EXT: Final = 1010
WS_1011_INTERNAL_ERROR: Final = 1011
WS_1012_SERVICE_RESTART: Final = 1012
WS_1013_TRY_AGAIN_LATER: Final = 1013
WS_1014_BAD_GATEWAY: Final = 1014
WS_1015_TLS_HANDSHAKE: Final = 1015

continue_: Final = 100
switching_protocols: Final = 101
processing: Final = 102
early_hints: Final = 103
ok: Final = 200
okay: Final = 200
created: Final = 201
accepted: Final = 202
non_authoritative_information: Final = 203
no_content: Final = 204
reset_content: Final = 205
partial_content: Final = 206
multi_status: Final = 207
already_reported: Final = 208
im_used: Final = 226
multiple_choices: Final = 300
moved_permanently: Final = 301
found: Final = 302
see_other: Final = 303
not_modified: Final = 304
use_proxy: Final = 305
switch_proxy: Final = 306
temporary_redirect: Final = 307
permanent_redirect: Final = 308
bad_request: Final = 400
unauthorized: Final = 401
payment_required: Final = 402
forbidden: Final = 403
not_found: Final = 404
method_not_allowed: Final = 405
not_acceptable: Final = 406
proxy_authentication_required: Final = 407
request_timeout: Final = 408
conflict: Final = 409
gone: Final = 410
length_required: Final = 411
precondition_failed: Final = 412
content_too_large: Final = 413
payload_too_large: Final = 413
request_entity_too_large: Final = 413
uri_too_long: Final = 414
request_uri_too_long: Final = 414
unsupported_media_type: Final = 415
range_not_satisfiable: Final = 416
requested_range_not_satisfiable: Final = 416
expectation_failed: Final = 417
im_a_teapot: Final = 418
misdirected_request: Final = 421
unprocessable_content: Final = 422
unprocessable_entity: Final = 422
locked: Final = 423
failed_dependency: Final = 424
too_early: Final = 425
upgrade_required: Final = 426
precondition_required: Final = 428
too_many_requests: Final = 429
request_header_fields_too_large: Final = 431
no_response: Final = 444
retry_with: Final = 449
blocked_by_windows_parental_controls: Final = 450
unavailable_for_legal_reasons: Final = 451
client_closed_request: Final = 499
internal_server_error: Final = 500
not_implemented: Final = 501
bad_gateway: Final = 502
service_unavailable: Final = 503
gateway_timeout: Final = 504
http_version_not_supported: Final = 505
variant_also_negotiates: Final = 506
insufficient_storage: Final = 507
loop_detected: Final = 508
bandwidth_limit_exceeded: Final = 509
not_extended: Final = 510
network_authentication_required: Final = 511

PHRASES: Final[dict[int, str]] = {
    100: "Continue",
    101: "Switching Protocols",
    102: "Processing",
    103: "Early Hints",
    200: "OK",
    201: "Created",
    202: "Accepted",
    203: "Non-Authoritative Information",
    204: "No Content",
    205: "Reset Content",
    206: "Partial Content",
    207: "Multi-Status",
    208: "Already Reported",
    226: "IM Used",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    305: "Use Proxy",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    417: "Expectation Failed",
    418: "I'm a Teapot",
    421: "Misdirected Request",
    422: "Unprocessable Content",
    423: "Locked",
    424: "Failed Dependency",
    425: "Too Early",
    426: "Upgrade Required",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    451: "Unavailable For Legal Reasons",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    505: "HTTP Version Not Supported",
    506: "Variant Also Negotiates",
    507: "Insufficient Storage",
    508: "Loop Detected",
    510: "Not Extended",
    511: "Network Authentication Required",
}


def phrase(status: int) -> str:
    """The standard phrase of a status; an unknown one is an `HTTP Error`."""
    return PHRASES.get(status, "HTTP Error")


def bodyless(status: int) -> bool:
    """Whether an answer with this status carries neither a body nor headers that describe one."""
    return status in (204, 205, 304) or 100 <= status < 200


def is_100(status: int) -> bool:
    """Informational."""
    return 100 <= status < 200


def is_200(status: int) -> bool:
    """Successful."""
    return 200 <= status < 300


def is_300(status: int) -> bool:
    """A redirection, or nothing new."""
    return 300 <= status < 400


def is_400(status: int) -> bool:
    """The client's fault."""
    return 400 <= status < 500


def is_500(status: int) -> bool:
    """The server's fault."""
    return 500 <= status < 600

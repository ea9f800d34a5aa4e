"""Safe by default: who may ask, what is said back, what is not."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from server_small import SEVEN, serving
from tenfold.errors import ConfigError
from tenfold.server.guard import SECURITY_HEADERS, Guard
from tenfold.server.settings import Settings, check_open

DIGIT = {"strokes": [SEVEN]}


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    settings = Settings(token="open-sesame", names=("board.school",))
    with serving(settings) as address, httpx.Client(base_url=address) as client:
        yield client


def with_token(word: str = "open-sesame") -> dict[str, str]:
    return {"authorization": f"Bearer {word}"}


def test_without_the_token_only_the_page_and_the_health_answer(client: Any) -> None:
    for path in ("/", "/page.js", "/page.css", "/healthz", "/v2/health/live", "/v2/health/ready"):
        assert client.get(path).status_code == 200, path
    for path in ("/api/models", "/metrics", "/openapi.json", "/v2", "/api/corrections", "/nowhere"):
        refused = client.get(path)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer"), path
    assert client.post("/api/digit", json=DIGIT).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer open", "Bearer", "open-sesame", "Basic open-sesame", "Bearer ü"]
)
def test_a_wrong_token_is_none(client: Any, header: str) -> None:
    answer = client.get("/v2", headers={"authorization": header.encode()})
    assert answer.status_code == 401


def test_the_token_lets_in(client: Any) -> None:
    assert client.post("/api/digit", json=DIGIT, headers=with_token()).json()["digit"] == 7


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8100", 200),
        ("127.0.0.1", 200),
        ("192.168.7.7:80", 200),
        ("[::1]:8100", 200),
        ("BOARD.school", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example", 421),
        ("", 421),
    ],
)
def test_a_page_of_another_name_cannot_point_here(client: Any, host: str, status: int) -> None:
    """DNS rebinding: the name in the Host header is the other site's."""
    assert client.get("/healthz", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://[::1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_cannot_make_a_browser_send_something_here(
    client: Any, headers: dict[str, str]
) -> None:
    answer = client.post("/api/digit", json=DIGIT, headers=with_token() | headers)
    assert (answer.status_code, answer.json()["title"]) == (403, "Sent by another site")


def test_the_own_page_may_send(client: Any) -> None:
    headers = {"origin": str(client.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}
    answer = client.post("/api/digit", json=DIGIT, headers=with_token() | headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/", "/page.js", "/healthz", "/v2", "/nowhere", "/api/digit"])
def test_every_answer_says_how_it_may_be_used(client: Any, path: str) -> None:
    answer = client.get(path, headers=with_token())
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "access-control-allow-origin" not in answer.headers
    assert "server" not in answer.headers
    assert answer.headers["cache-control"] in ("no-store", "no-cache")


def test_the_page_is_sent_once_and_then_known(client: Any) -> None:
    first = client.get("/page.js")
    again = client.get("/page.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_fault_of_ours_shows_nothing_of_the_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("secret of /root/tenfold")

    monkeypatch.setattr("tenfold.server.digits.answer", fail)
    with serving() as address:
        answer = httpx.post(f"{address}/api/digit", json=DIGIT)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_request_that_takes_too_long_is_dropped() -> None:
    """The client promises a body and never sends it."""
    with serving(Settings(max_seconds=0.2)) as address, httpx.Client() as client:
        host, _, port = address.removeprefix("http://").partition(":")
        import socket

        with socket.create_connection((host, int(port)), timeout=10) as slow:
            head = f"POST /api/read HTTP/1.1\r\nhost: {host}\r\ncontent-length: 99\r\n\r\nabc"
            slow.sendall(head.encode())
            answer = slow.recv(4096).decode()
        assert answer.startswith("HTTP/1.1 503")
        assert "was not done after 0.2 s" in answer
        assert client.get(f"{address}/healthz").status_code == 200


def test_what_is_no_request_is_passed_on() -> None:
    import asyncio

    passed = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope["type"])

    asyncio.run(Guard(app, Settings())({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert passed == ["lifespan"]


def test_another_address_asks_for_a_token_or_a_word() -> None:
    check_open("127.0.0.1", None, open_to_all=False)
    check_open("localhost", None, open_to_all=False)
    check_open("0.0.0.0", "word", open_to_all=False)
    check_open("0.0.0.0", None, open_to_all=True)
    for host in ("0.0.0.0", "::", "192.168.1.5", "board.school"):
        with pytest.raises(ConfigError, match="nobody would be asked for a token"):
            check_open(host, None, open_to_all=False)


def test_the_folder_of_corrections_is_named_in_full_only_at_home() -> None:
    assert Settings(corrections="/home/ann/marks").shown_corrections == "/home/ann/marks"
    away = Settings(corrections="/home/ann/marks/", host="0.0.0.0", token="x")
    assert away.shown_corrections == "marks"

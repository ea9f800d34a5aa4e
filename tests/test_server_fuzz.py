"""Whatever is sent, the answer is one of those that the description names: never a 500."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from server_small import SEVEN, png, serving, several_kinds, written
from tenfold.server.settings import Settings

LIMITS = Settings(max_seconds=20, max_pixels=2_000_000, max_bytes=2**21)
QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(LIMITS) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Any]:
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


def check(answer: Any) -> None:
    """A result, or a problem that the sender can understand."""
    assert answer.status_code < 500 or answer.status_code == 503, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    assert "Traceback" not in answer.text
    assert "/tenfold/" not in answer.text


KINDS = several_kinds(written("407"))


@given(
    kind=st.sampled_from(sorted(KINDS)),
    cuts=st.lists(
        st.tuples(st.integers(0, 10**6), st.sampled_from(["flip", "drop", "repeat", "end"])),
        min_size=1,
        max_size=6,
    ),
    noise=st.binary(min_size=1, max_size=4),
)
@QUICK
def test_mutated_pictures_are_read_or_refused(
    client: Any, kind: str, cuts: list[tuple[int, str]], noise: bytes
) -> None:
    data = bytearray(KINDS[kind])
    for place, what in cuts:
        at = place % max(len(data), 1)
        if what == "flip":
            data[at : at + len(noise)] = noise
        elif what == "drop":
            del data[at : at + 7]
        elif what == "repeat":
            data[at:at] = data[at : at + 64]
        else:
            del data[at:]
    check(client.post("/api/read", content=bytes(data)))


@given(
    head=st.sampled_from(
        [
            "multipart/form-data; boundary=b",
            "multipart/form-data; boundary=b; charset=utf-99",
            "application/json",
            "text/plain",
            "image/png",
        ]
    ),
    body=st.one_of(
        st.binary(max_size=200),
        st.lists(st.sampled_from([b"--b\r\n", b"--b--\r\n", b"\r\n", b"x", b'{"strokes":[', b"]}",
            b'Content-Disposition: form-data; name="f"; filename="a"\r\n'])).map(b"".join),
    ),
)  # fmt: skip
@QUICK
def test_bodies_that_are_not_what_their_head_says_are_refused(
    client: Any, head: str, body: bytes
) -> None:
    for path in ("/api/read", "/api/digit", "/api/corrections?label=1"):
        check(client.post(path, content=body, headers={"content-type": head}))


NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(), st.none(), st.text(max_size=3))


@given(st.recursive(NUMBERS, lambda part: st.lists(part, max_size=4), max_leaves=12))
@QUICK
def test_tensors_and_strokes_of_any_form_are_answered(client: Any, data: Any) -> None:
    import json

    tensor = {"name": "images", "shape": [1, 28, 28], "datatype": "FP32", "data": data}
    for path, body in (
        ("/v2/models/tenfold/infer", {"inputs": [tensor]}),
        ("/v2/models/tenfold/infer", {"inputs": [tensor | {"shape": data}]}),
        ("/api/digit", {"strokes": [{"points": data}]}),
        ("/api/digit", {"image": data}),
    ):
        # Python writes NaN and Infinity, which JSON has not; some clients do.
        check(client.post(path, content=json.dumps(body)))


def test_the_description_is_kept_under_schemathesis(address: str) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="the extra [dev] brings schemathesis")
    checks = schemathesis.checks
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    tested = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=8,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def keeps_the_description(case: Any) -> None:
            answer = case.call(timeout=60)
            case.validate_response(
                answer,
                checks=[
                    checks.not_a_server_error,
                    checks.status_code_conformance,
                    checks.content_type_conformance,
                    checks.response_schema_conformance,
                ],
            )

        keeps_the_description()
        tested.append(operation.label)
    assert "POST /api/read" in tested
    assert len(tested) > 12


def test_clients_that_leave_are_dropped_and_the_others_are_served(address: str) -> None:
    """Forty connections: half of them hang up with their request half sent, or unanswered."""

    async def leave(client: httpx.AsyncClient, number: int) -> int:
        call = client.post("/api/read", content=png(written(str(number))))
        if number % 2:
            return (await call).status_code
        task = asyncio.ensure_future(call)
        for _ in range(number % 7):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return 0

    async def crowd() -> list[int]:
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:
            found = await asyncio.gather(*(leave(client, number) for number in range(40)))
            assert (await client.post("/api/digit", json={"strokes": [SEVEN]})).json()["digit"] == 7
            return found

    answers: list[int] = []
    # A thread of its own: a browser's driver may have left a loop running in this one.
    thread = threading.Thread(target=lambda: answers.extend(asyncio.run(crowd())))
    thread.start()
    thread.join()
    assert answers == [200 if number % 2 else 0 for number in range(40)]

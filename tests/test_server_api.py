"""The API: pictures and digits in, readings out, in the words of the command line."""

import base64
import contextlib
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import typer
from numpy.typing import NDArray
from PIL import Image
from typer.main import get_command
from typer.testing import CliRunner

import tenfold
from server_small import SEVEN, png, serving, written
from tenfold.cli import app
from tenfold.cli.read import read
from tenfold.server.drawing import Drawing
from tenfold.server.options import FormOptions
from tenfold.server.schemas import DigitAnswer, Look, Readings
from tenfold.server.settings import Settings
from tenfold.trust import Promise
from tenfold.trust.promise import steps


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with (
        serving(Settings(max_pictures=3, max_pixels=1_000_000, max_bytes=2**20)) as address,
        httpx.Client(base_url=address) as client,
    ):
        yield client


def numbers(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    Readings.model_validate(answer.json())
    return [[n["text"] for n in reading["numbers"]] for reading in answer.json()["readings"]]


def test_a_picture_is_read_as_the_reader_reads_it(client: Any) -> None:
    data = png(written("407"))
    answer = client.post("/api/read", content=data)
    assert numbers(answer) == [["407"]]
    ours = tenfold.Reader().read(data).to_dict()
    assert answer.json()["readings"][0] == ours | {"file": "picture"}


def test_pictures_of_a_form_are_read_in_the_order_sent_and_a_bad_one_says_why(client: Any) -> None:
    parts = [
        ("file", ("one.png", png(written("12")))),
        ("file", ("two.png", b"hello")),
        ("more", ("three.png", png(written("3")))),
    ]
    answer = client.post("/api/read", files=parts)
    assert numbers(answer) == [["12"], [], ["3"]]
    readings = answer.json()["readings"]
    assert [reading["file"] for reading in readings] == ["one.png", "two.png", "three.png"]
    assert "not a picture of a known kind" in readings[1]["error"]


def test_a_drawing_is_read_as_its_picture(client: Any) -> None:
    drawing = {"width": 280, "height": 280, "strokes": [SEVEN]}
    answer = client.post("/api/read", json=drawing)
    assert numbers(answer) == [["7"]]
    same = client.post("/api/read", content=png(Drawing.model_validate(drawing).picture()))
    assert same.json()["readings"][0]["numbers"] == answer.json()["readings"][0]["numbers"]


def test_an_eraser_takes_ink_away_and_pressure_changes_the_width() -> None:
    line = {"points": [[20, 50], [80, 50]], "width": 10}
    rubber = {"points": [[60, 50], [90, 50]], "width": 30, "erase": True}
    sheet = Drawing.model_validate({"width": 100, "height": 100, "strokes": [line, rubber]})
    half = sheet.picture()
    assert half[50, 30] == 0
    assert half[50, 70] == 255
    pressed = {"points": [[20, 50, 2], [50, 50, 2], [80, 50, 20]]}
    field = Drawing.model_validate({"width": 100, "height": 100, "strokes": [pressed]}).picture()
    assert (field[:, 30] < 128).sum() <= 4 < 8 < (field[:, 75] < 128).sum()


def test_light_writing_is_read_and_its_polarity_can_be_said(client: Any) -> None:
    data = png(written("58", paper=20, ink=240))
    assert numbers(client.post("/api/read", content=data)) == [["58"]]
    said = client.post("/api/read?polarity=light-on-dark", content=data)
    assert numbers(said) == [["58"]]


def test_another_model_can_be_named(client: Any) -> None:
    both = {
        name: client.post("/api/read", params={"model": name}, content=png(written("4"))).json()
        for name in ("tenfold", "dense128")
    }
    seen = {
        name: b["readings"][0]["numbers"][0]["digits"][0]["alternatives"]
        for name, b in both.items()
    }
    assert seen["tenfold"] != seen["dense128"]


def test_the_options_of_the_command_line_hold_here(client: Any) -> None:
    data = png(written("407"))
    part = client.post("/api/read", params={"region": "0,0,60%,100%"}, content=data)
    assert numbers(part) == [["40"]]
    [[ruled]] = numbers(client.post("/api/read?max=399&length=3", content=data))
    assert ruled == "" or int(ruled) <= 399
    one = client.post("/api/read?layout=digit", content=png(written("4")))
    assert numbers(one) == [["4"]]
    choice = {"choices": ["407", "111"]}
    assert numbers(client.post("/api/read", params=choice, content=data)) == [["407"]]


def test_every_option_of_reading_is_one_here_with_the_same_default() -> None:
    alone = typer.Typer(add_completion=False)
    alone.command()(read)
    given = {
        part.opts[0].lstrip("-").replace("-", "_"): part.default
        for part in get_command(alone).params
        if part.param_type_name == "option"
    }
    known = {field.alias or name: field for name, field in FormOptions.model_fields.items()}
    # Pictures are drawn on by the page; a promise is the server's (`tenfold serve --promise`).
    assert given.keys() - known.keys() == {"json", "annotate", "promise"}
    assert known.keys() - given.keys() == set()
    for name in given.keys() & known.keys() - {"model", "format"}:
        assert known[name].default == given[name], name


def test_digits_less_sure_than_asked_are_question_marks(client: Any) -> None:
    data = png(written("407"))
    for path, (floor, text) in itertools.product(
        ("/api/read", "/api/look"), ((0, "407"), (0.999999, "???"))
    ):
        answer = client.post(path, params={"min_confidence": floor}, content=data).json()
        [number] = answer.get("readings", [answer.get("reading")])[0]["numbers"]
        assert number["text"] == text
        assert "?" not in text or number["status"] == "review"
        assert [digit["digit"] for digit in number["digits"]] == [4, 0, 7]


@pytest.mark.parametrize(
    ("form", "query"), [("csv", ""), ("jsonl", ""), ("csv", "rows=1"), ("csv", "length=9")]
)
def test_lines_and_tables_are_those_of_the_command_line(
    client: Any, tmp_path: Path, form: str, query: str
) -> None:
    for name, text in (("a.png", "407"), ("b.png", "12")):
        (tmp_path / name).write_bytes(png(written(text)))
    (tmp_path / "c.png").write_bytes(b"none")
    files = [("file", (path.name, path.read_bytes())) for path in sorted(tmp_path.iterdir())]
    answer = client.post(f"/api/read?format={form}&{query}", files=files)
    assert answer.status_code == 200
    arguments = ["--format", form, *[f"--{part}" for part in query.split("&") if part]]
    with contextlib.chdir(tmp_path):
        said = CliRunner().invoke(app, ["read", *arguments, "a.png", "b.png", "c.png"])
    assert answer.text == said.stdout
    assert answer.headers["content-type"].split(";")[0] == (
        "text/csv" if form == "csv" else "application/jsonl"
    )


def test_ones_own_promise_says_what_is_accepted(tmp_path: Path) -> None:
    strict = Promise(steps([1.0] * 2000, [True] * 2000), "tenfold")
    (tmp_path / "promise.json").write_text(strict.to_json())
    statuses = []
    for promise in (None, str(tmp_path / "promise.json")):
        with serving(Settings(promise=promise)) as address:
            accept_from = httpx.get(f"{address}/api/models").json()["accept_from"]
            body = {"strokes": [SEVEN]}
            digit = httpx.post(f"{address}/api/digit", json=body).json()
            reading = httpx.post(f"{address}/api/read", json=body).json()["readings"][0]
            statuses.append((accept_from, digit["status"], reading["numbers"][0]["status"]))
    assert statuses[0][1:] == ("accepted", "accepted")
    assert statuses[1] == (1.0, "review", "review")


def several_pages() -> bytes:
    pages = [Image.fromarray(written(text)) for text in ("12", "34", "56")]
    data = io.BytesIO()
    pages[0].save(data, "TIFF", save_all=True, append_images=pages[1:])
    return data.getvalue()


def test_each_page_is_a_reading_and_can_be_seen(client: Any) -> None:
    data = several_pages()
    answer = client.post("/api/read", content=data)
    assert numbers(answer) == [["12"], ["34"], ["56"]]
    assert [reading["page"] for reading in answer.json()["readings"]] == [1, 2, 3]
    assert numbers(client.post("/api/read?pages=2", content=data)) == [["34"]]
    look = client.post("/api/look?pages=3", content=data).json()
    assert [step["digit"] for step in look["digits"]] == [5, 6]
    seen = client.post("/api/picture?page=2", content=data)
    assert seen.headers["content-type"] == "image/jpeg"
    shown = np.asarray(Image.open(io.BytesIO(seen.content)).convert("L")).astype(int)
    assert np.abs(shown - written("34")).mean() < 2
    beyond = client.post("/api/picture?page=4", content=data)
    assert (beyond.status_code, "there is no page 4" in beyond.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/read?region=1,2,3", 422, "region: must be x,y,width,height"),
        ("/api/read?pages=0", 422, "pages: must be pages counted from 1"),
        ("/api/read?pattern=(", 422, "pattern: no regular expression"),
        ("/api/read?length=x", 422, "length: must be of the form "),
        ("/api/read?layout=number&rows=3", 422, "rows: belongs to a grid"),
        ("/api/read?max_error=1e-9", 422, "max_error"),
        ("/api/read?polarity=green", 422, "polarity: must be 'auto', "),
        ("/api/read?colour=green", 422, "colour: is not known."),
        ("/api/read?model=tenfol", 404, 'Did you mean "tenfold"?'),
        ("/api/look?count=99", 422, 'count: must be at most 12; got "99".'),
    ],
)
def test_a_wrong_option_is_told_as_a_problem(
    client: Any, path: str, status: int, words: str
) -> None:
    answer = client.post(path, content=png(written("1")))
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", 422, "picture: the file is empty."),
        (b"hello", 422, "picture: not a picture of a known kind; got a file that starts with"),
        (png(written("1"))[:300], 422, "picture: the picture is damaged or cut short"),
        (png(np.full((1100, 1000), 255, np.uint8)), 413, "than the 1 million pixels that are"),
        (b"\x00" * (2**20 + 1), 413, "A request may have 1 MiB at most."),
    ],
)
def test_a_picture_that_cannot_be_read_is_a_problem_in_the_words_of_the_reader(
    client: Any, data: bytes, status: int, words: str
) -> None:
    answer = client.post("/api/read", content=data)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


def test_a_body_without_a_length_is_cut_off_at_the_limit(client: Any) -> None:
    chunks = (b"\x00" * 2**16 for _ in range(40))
    assert client.post("/api/read", content=chunks).status_code == 413


def test_a_form_with_too_many_pictures_is_refused(client: Any) -> None:
    parts = [("file", (f"{i}.png", b"x")) for i in range(4)]
    answer = client.post("/api/read", files=parts)
    assert (answer.status_code, answer.json()["title"]) == (413, "Too many pictures")


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_form_that_is_none_is_refused(client: Any, kind: str) -> None:
    answer = client.post("/api/read", content=b"no form", headers={"content-type": kind})
    assert answer.status_code == 400


def test_a_large_form_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads never touch the disk: Python's spooled files would move there at 1 MB."""

    def refuse(file: object) -> None:
        raise AssertionError("an upload went to the disk")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", refuse)
    # Paper with a grain that no PNG can pack; real noise would take long to read.
    paper = np.random.default_rng(0).integers(247, 255, (2300, 2300), dtype=np.uint8)
    data = png(paper)
    assert len(data) > 1.5 * 2**20
    with serving() as address:
        answer = httpx.post(f"{address}/api/read", files=[("file", data)], timeout=30)
    assert answer.status_code == 200


def test_mnist_digits_are_read_from_their_pixels(
    client: Any, mnist_digits: NDArray[np.uint8]
) -> None:
    classifier = tenfold.load_classifier()
    some = mnist_digits[:20]
    expected = classifier.predict_proba(some)
    for digit, row in zip(some, expected, strict=True):
        answer = client.post("/api/digit", json={"image": (digit / 255).tolist()}).json()
        DigitAnswer.model_validate(answer)
        assert answer["digit"] == row.argmax()
        assert answer["probabilities"] == pytest.approx(row, abs=1e-4)


def test_strokes_of_a_digit_are_read_and_a_scribble_is_no_digit(client: Any) -> None:
    seven = client.post("/api/digit", json={"strokes": [SEVEN]}).json()
    assert seven["digit"] == 7
    accept_from = client.get("/api/models").json()["accept_from"]
    assert (seven["status"] == "accepted") == (seven["confidence"] >= accept_from)
    zigzag = [[20 + 8 * i, 40 + 180 * (i % 2)] for i in range(30)]
    scribble = client.post("/api/digit", json={"strokes": [{"points": zigzag}]}).json()
    assert scribble["status"] == "not_a_digit"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, 'either "image" or "strokes" is needed'),
        ({"strokes": []}, "There is no ink"),
        ({"image": [[0] * 28] * 28}, "There is no ink"),
        ({"image": [[0] * 28] * 27}, "image: list should have at least 28 items"),
        ({"image": [[2] * 28] * 28}, 'image.0.0: must be at most 1.0; got "2'),
        ({"strokes": [{"points": [[1e9, 0]]}]}, "must be at most 4800"),
        ({"strokes": [{"points": []}]}, "strokes.0.points: list should have at least 1 item"),
    ],
)
def test_a_digit_that_cannot_be_is_told(client: Any, body: Any, words: str) -> None:
    answer = client.post("/api/digit", json=body)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_a_body_that_is_no_json_is_told(client: Any) -> None:
    answer = client.post("/api/digit", content=b"{")
    assert answer.status_code == 422
    assert "invalid JSON" in answer.json()["detail"]


def pixels_of(url: str) -> NDArray[np.uint8]:
    data = base64.b64decode(url.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(data)))[..., 3]


def test_a_look_shows_each_digit_as_the_models_saw_it(client: Any) -> None:
    answer = client.post("/api/look", content=png(written("47")))
    look = Look.model_validate(answer.json())
    assert [step.digit for step in look.digits] == [4, 7]
    for step in answer.json()["digits"]:
        glyph = pixels_of(step["glyph"])
        assert glyph.shape == (28, 28)
        for name, said in step["models"].items():
            row = tenfold.load_classifier(name).predict_proba(glyph[None])[0]
            assert said["probabilities"] == pytest.approx(row, abs=1e-4)
    whole = answer.json()["whole"]["found"]["models"]["tenfold"]
    assert whole["is_digit"] < 0.5  # two digits are not one
    part = client.post("/api/look?first=1&count=1", content=png(written("47"))).json()
    assert part["digits"] == answer.json()["digits"][1:]


def test_a_look_at_a_blank_sheet_shows_nothing(client: Any) -> None:
    blank = client.post("/api/look", json={"width": 90, "height": 60, "strokes": []}).json()
    assert (blank["whole"], blank["digits"], blank["reading"]["numbers"]) == (None, [], [])


def test_a_picture_made_small_the_tutorials_way_leaves_the_digit_where_it_was(client: Any) -> None:
    corner = {"points": [[20, 20], [60, 20], [40, 80]], "width": 8}
    look = client.post("/api/look", json={"width": 400, "height": 400, "strokes": [corner]}).json()
    small = pixels_of(look["whole"]["small"]["glyph"])
    found = pixels_of(look["whole"]["found"]["glyph"])
    assert small[14:].sum() == 0 < small[:14, :14].sum()
    rows = np.flatnonzero(found.any(axis=1))
    assert rows[-1] - rows[0] == 19


def test_models_are_listed_with_what_was_measured(client: Any) -> None:
    told = client.get("/api/models").json()
    assert told["default"] == "tenfold"
    assert {"tenfold", "dense128"} <= {model["name"] for model in told["models"]}
    assert all(model["measured"]["mnist_test"]["n"] == 10_000 for model in told["models"])


def test_the_description_names_every_field_of_a_reading(client: Any) -> None:
    described = client.get("/openapi.json").json()
    number = described["components"]["schemas"]["Number"]["properties"]
    assert set(number) == set(tenfold.Reader().read(written("1")).to_dict()["numbers"][0])
    references = {
        part.split('"')[0]
        for part in str(described).replace("'", '"').split("#/components/schemas/")[1:]
    }
    assert references <= set(described["components"]["schemas"])


def test_every_answer_and_body_is_described_and_every_example_is_accepted(client: Any) -> None:
    described = client.get("/openapi.json").json()
    schemas = described["components"]["schemas"]
    assert "HTTPValidationError" not in str(described["paths"])
    n_examples = 0
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                for kind, content in answer["content"].items():
                    is_json = kind in ("application/json", "application/problem+json")
                    assert not is_json or "$ref" in content["schema"], (path, status)
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is None:
                continue
            for example in schemas[body["schema"]["$ref"].rpartition("/")[2]]["examples"]:
                where = path.replace("{name}", "tenfold")
                query = {"label": "7"} if path == "/api/corrections" else {}
                sent = client.request(method, where, params=query, json=example)
                # Corrections are not kept here; the body was taken nevertheless.
                assert sent.status_code == (404 if query else 200), sent.text
                n_examples += 1
    assert n_examples >= 6


def test_what_only_tells_is_told_in_full(client: Any) -> None:
    model = next(m for m in client.get("/api/models").json()["models"] if m["name"] == "tenfold")
    entry = tenfold.runtime.shipped()["tenfold"].to_dict()
    assert {key: value for key, value in model.items() if key != "name"} == entry
    assert client.get("/healthz").json() == {"live": True, "ready": True}
    assert client.get("/api/corrections").json() == {"folder": None, "n": 0}


def test_a_server_with_too_much_to_do_says_when_to_come_back() -> None:
    with serving(Settings(max_waiting=0)) as address:
        for path in ("/api/read", "/api/look", "/api/digit"):
            answer = httpx.post(f"{address}{path}", json={"strokes": [SEVEN]})
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1"), path
            assert answer.headers["content-type"] == "application/problem+json"
        assert httpx.get(f"{address}/healthz").status_code == 200


def test_requests_are_counted_by_path_and_status(client: Any) -> None:
    client.get("/v2")
    client.get("/nowhere/at/all")
    text = client.get("/metrics").text
    assert 'tenfold_requests_total{path="/v2",status="200"}' in text
    assert 'tenfold_requests_total{path="other",status="404"}' in text
    assert "nowhere" not in text

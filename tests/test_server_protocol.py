"""The Open Inference Protocol, spoken with its own clients' words and by Triton's client."""

from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

import tenfold
from server_small import serving


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def images() -> NDArray[np.float32]:
    return np.random.default_rng(1).random((3, 28, 28), np.float32)


def request(images: NDArray[np.float32], **changes: Any) -> dict[str, Any]:
    tensor = {"name": "images", "shape": [3, 28, 28], "datatype": "FP32", "data": images.tolist()}
    return {"id": "42", "inputs": [tensor | changes]}


def test_a_model_is_ready_and_tells_its_tensors(address: str) -> None:
    assert httpx.get(f"{address}/v2/health/ready").status_code == 200
    assert httpx.get(f"{address}/v2/models/tenfold/ready").status_code == 200
    told = httpx.get(f"{address}/v2/models/tenfold").json()
    assert told["inputs"] == [{"name": "images", "datatype": "FP32", "shape": [-1, 28, 28]}]
    unknown = httpx.get(f"{address}/v2/models/tenfol")
    assert (unknown.status_code, "Did you mean" in unknown.json()["error"]) == (404, True)


@pytest.mark.parametrize("flat", [False, True])
def test_json_tensors_are_judged_as_the_classifier_judges_them(
    address: str, images: NDArray[np.float32], flat: bool
) -> None:
    body = request(images)
    if flat:
        body["inputs"][0]["data"] = images.ravel().tolist()
    answer = httpx.post(f"{address}/v2/models/tenfold/infer", json=body).json()
    assert (answer["id"], answer["model_name"]) == ("42", "tenfold")
    probabilities, is_digit = answer["outputs"]
    judged = tenfold.load_classifier().judge(images)
    assert np.allclose(np.reshape(probabilities["data"], (3, 10)), judged.probabilities, atol=1e-6)
    assert np.allclose(is_digit["data"], judged.is_digit, atol=1e-6)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shape": [3, 784]}, "must have the shape [n, 28, 28]"),
        ({"shape": [2, 28, 28]}, "must hold 1568 values; got 2352"),
        ({"datatype": "BYTES"}, "must be one of FP32"),
        ({"name": "input"}, 'there must be one, "images"; got input'),
        ({"data": [["a"]]}, '"data" must hold numbers'),
        ({"data": None}, "must hold 2352 values; got 0"),
        ({"parameters": {"binary_data_size": 7}}, "binary_data_size says 7 bytes; got 0"),
        ({"shape": [-1, 28, 28]}, "must have the shape"),
    ],
)
def test_a_wrong_tensor_is_told(
    address: str, images: NDArray[np.float32], changes: dict[str, Any], words: str
) -> None:
    answer = httpx.post(f"{address}/v2/models/tenfold/infer", json=request(images, **changes))
    assert answer.status_code == 422
    assert words in answer.json()["error"]


@pytest.fixture
def triton(address: str) -> Iterator[Any]:
    http = pytest.importorskip("tritonclient.http", reason="the extra [dev] brings tritonclient")
    client = http.InferenceServerClient(address.removeprefix("http://"))
    yield client
    client.close()


def as_input(images: NDArray[Any], datatype: str, binary: bool) -> Any:
    from tritonclient.http import InferInput

    tensor = InferInput("images", list(images.shape), datatype)
    tensor.set_data_from_numpy(images, binary_data=binary)
    return tensor


def test_tritons_client_finds_server_and_model(triton: Any) -> None:
    assert triton.is_server_live()
    assert triton.is_server_ready()
    assert triton.is_model_ready("tenfold")
    assert triton.is_model_ready("tenfold", "1")
    assert not triton.is_model_ready("nobody")
    assert triton.get_server_metadata()["name"] == "tenfold"
    assert triton.get_model_metadata("dense128")["platform"] == "onnxruntime_onnx"


@pytest.mark.parametrize("binary", [True, False])
def test_tritons_client_gets_the_classifiers_answers(
    triton: Any, images: NDArray[np.float32], binary: bool
) -> None:
    from tritonclient.http import InferRequestedOutput

    outputs = [InferRequestedOutput("is_digit", binary_data=binary)] if not binary else None
    answer = triton.infer("tenfold", [as_input(images, "FP32", binary)], outputs=outputs)
    judged = tenfold.load_classifier().judge(images)
    assert np.allclose(answer.as_numpy("is_digit"), judged.is_digit, atol=1e-6)
    if binary:
        found = answer.as_numpy("probabilities")
        assert found.shape == (3, 10)
        assert np.allclose(found, judged.probabilities, atol=1e-6)


def test_bytes_are_taken_as_0_to_255(triton: Any) -> None:
    levels = np.random.default_rng(2).integers(0, 256, (2, 28, 28), dtype=np.uint8)
    answer = triton.infer("dense128", [as_input(levels, "UINT8", True)])
    judged = tenfold.load_classifier("dense128").judge(levels)
    assert np.allclose(answer.as_numpy("probabilities"), judged.probabilities, atol=1e-6)


def test_tritons_client_is_told_what_was_wrong(triton: Any) -> None:
    from tritonclient.utils import InferenceServerException

    bright = as_input(np.full((1, 28, 28), 9, np.float32), "FP32", True)
    with pytest.raises(InferenceServerException, match="floats must lie in"):
        triton.infer("tenfold", [bright])

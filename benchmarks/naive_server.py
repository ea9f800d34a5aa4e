"""What many lessons end with: a Keras net behind FastAPI, `predict` in the route.

benchmarks/serve.py runs it beside `tenfold serve`. The net is the classic one,
untrained: what it answers does not matter here, how fast it does.
"""

import sys

import keras
import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
model = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)


class Picture(BaseModel):
    """28 rows of 28 numbers in [0, 1]."""

    image: list[list[float]]


@app.post("/predict")
def predict(picture: Picture) -> dict[str, object]:
    """The digit and the ten probabilities."""
    probabilities = model.predict(np.array([picture.image], np.float32), verbose=0)[0]
    return {"digit": int(probabilities.argmax()), "probabilities": probabilities.tolist()}


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

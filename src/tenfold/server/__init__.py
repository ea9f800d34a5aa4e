"""The page and the API: `tenfold serve`.

settings     what the server is told: address, token, limits
app          the ASGI application, put together
guard        who may ask, and how much: host, origin, token, bytes, seconds
engine       all work off the event loop, behind one bounded queue
problems     errors as problem+json, in the words of the command line
options      how a picture is to be read, as query parameters
schemas      the JSON of the answers, made from the result classes
told         the JSON of the routes that only tell
uploads      a request's body as pictures: raw, multipart or a drawing
drawing      strokes as a picture
film         what the model sees, step by step
reading      /api/read and /api/look
digits       /api/digit and /api/models
protocol     the Open Inference Protocol, version 2
tensors      its tensors, as JSON and as bytes
corrections  labelled pictures that people sent back
metrics      what is counted, for Prometheus
page         the page itself: page.html, page.js, page.css
"""

from .app import create_app
from .settings import Settings

__all__ = ["Settings", "create_app"]

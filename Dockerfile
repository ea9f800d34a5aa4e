# The page and the API of `tenfold serve` (docs/deploy.md).
#
#   docker build -t tenfold .
#   docker run -p 8100:8100 -e TENFOLD_TOKEN=open-sesame --read-only --tmpfs /tmp tenfold

FROM python:3.12-slim-bookworm AS build
WORKDIR /source
RUN python -m venv /opt/tenfold
COPY requirements/serve.lock requirements/
RUN /opt/tenfold/bin/pip install --no-cache-dir --require-hashes -r requirements/serve.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
# Proven while it is built: the nets are whole and give the answers that they were shipped with.
RUN /opt/tenfold/bin/pip install --no-cache-dir --no-deps . \
    && /opt/tenfold/bin/tenfold doctor \
    && /opt/tenfold/bin/pip uninstall --yes pip

FROM python:3.12-slim-bookworm
COPY --from=build /opt/tenfold /opt/tenfold
ENV PATH=/opt/tenfold/bin:$PATH \
    PYTHONUNBUFFERED=1
# No such user need exist: it owns nothing and needs no home.
USER 10001:10001
EXPOSE 8100
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8100/healthz', timeout=4)"]
# Without $TENFOLD_TOKEN, or --open after the image's name, it refuses to start.
ENTRYPOINT ["tenfold", "serve", "--host", "0.0.0.0"]

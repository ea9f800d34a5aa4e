#!/usr/bin/env bash
# From a bare virtual environment: `pip install .` without extras, then the examples, offline.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

echo "light: installing the reader alone into a bare environment"
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check .

examples=$PWD/examples
cd "$folder"  # so that nothing of the checkout can be imported
if unshare --user --map-root-user --net true 2>/dev/null; then
  echo "light: reading the examples without a network"
  offline=(unshare --user --map-root-user --net)
else
  echo "light: this machine cannot take the network away; reading with a proxy that is not there"
  offline=(env http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9)
fi
"${offline[@]}" venv/bin/tenfold read "$examples"

heavy=$(venv/bin/pip list --format=freeze 2>/dev/null |
  grep -iE '^(keras|tensorflow|tensorflow[-_]cpu|jax|torch|matplotlib|scikit[-_]learn)=' || true)
if [ -n "$heavy" ]; then
  echo "light: the reader alone must not install: $heavy" >&2
  exit 1
fi
echo "light: passed"

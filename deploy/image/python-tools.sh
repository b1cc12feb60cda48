#!/bin/sh
# python-tools.sh FOLDER: a virtual environment with what tools/python-tools.txt pins, each file checked against its hash. A context may
# bring the wheels in vendor/wheels (docs/operations.md): then nothing is fetched.
set -eu
pins=$(dirname "$0")/python-tools.txt
brought=""
ls /vendor/*.whl >/dev/null 2>&1 && brought="--no-index --find-links /vendor"
python3 -m venv "$1"
# uv first, since it is many times as fast as pip: from its line to the first that no backslash continues.
sed -n '/^uv==/,/[^\\]$/p' "$pins" >/tmp/uv.txt
# shellcheck disable=SC2086 # several words
"$1/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check --no-input --require-hashes $brought -r /tmp/uv.txt
# shellcheck disable=SC2086
"$1/bin/uv" pip install --quiet --no-cache --python "$1/bin/python" --require-hashes $brought -r "$pins"
rm /tmp/uv.txt

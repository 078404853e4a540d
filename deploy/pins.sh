#!/bin/sh
# Renew the pins: every package with its hashes, for every system, without the name of any host.
set -eu
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/python -m uv pip compile pyproject.toml --quiet --upgrade \
        --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@"
}

compile --output-file deploy/requirements.txt
# The tests run on the very packages that the house runs on.
compile --group dev --constraint deploy/requirements.txt --output-file deploy/requirements-dev.txt

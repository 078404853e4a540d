#!/bin/sh
# Make .venv and install the pinned packages, when that was not done yet or the pins changed.
# Usage: sh deploy/setup.sh run|dev   (dev also has what the tests need)
set -eu
cd "$(dirname "$0")/.."

wanted=${1:-run}
python=.venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

fail() {
    echo "$*" >&2
    exit 1
}

# The file that was installed last is kept in .venv: the same file again means that there is nothing to do.
is_installed() {
    cmp -s deploy/requirements-dev.txt .venv/requirements-dev.txt && return 0
    [ "$wanted" = run ] && cmp -s deploy/requirements.txt .venv/requirements.txt
}

is_recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if is_recent "$name"; then
            command -v "$name"
            return
        fi
    done
    fail "Lokaal needs Python 3.11 or later; install it, or name it: make run PYTHON=/path/to/python3"
}

# Debian keeps a part of Python's own venv in a package apart.
has_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

install_venv() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "Python's venv is missing; install it first (on Debian: sudo apt install python3-venv)."
    fi
    echo "Installing python3-venv ..."
    export DEBIAN_FRONTEND=noninteractive
    if ! said=$({ apt-get update && apt-get install -y --no-install-recommends python3-venv; } 2>&1 </dev/null); then
        echo "$said" >&2
    fi
    has_venv "$1" || fail "Python's venv is still missing for $1; install it, or choose another one with PYTHON=."
}

if is_installed && is_recent "$python"; then
    exit 0
fi

if ! is_recent "$python" || ! "$python" -m pip --version >/dev/null 2>&1; then
    found=$(find_python)
    has_venv "$found" || install_venv "$found"
    echo "Making .venv with $("$found" --version) ..."
    "$found" -m venv --clear .venv
fi

if [ "$wanted" = dev ]; then
    file=requirements-dev.txt
else
    file=requirements.txt
fi
echo "Installing the packages of deploy/$file ..."
"$python" -m pip install --quiet --require-hashes --requirement "deploy/$file" </dev/null ||
    fail "The packages could not be installed; the reason is above. Start again with the same command."
cp "deploy/$file" ".venv/$file"

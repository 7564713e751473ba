#!/bin/sh
# Runs bootstrap.py, or another script of this folder if the first argument is -s NAME, with Python 3.11 or newer: $PYTHON if
# set, else the one in .venv, else the newest on PATH.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
script=bootstrap.py
if [ "${1:-}" = -s ]; then
    script=$2
    shift 2
fi

run_if_recent() {
    python=$1
    shift
    if "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$python" -I "$root/scripts/$script" "$@"
    fi
}

if [ -n "${PYTHON:-}" ]; then
    run_if_recent "$PYTHON" "$@"
    echo "bootstrap: PYTHON is set to $PYTHON, which does not run or is older than Python 3.11." >&2
    exit 1
fi

for candidate in "$root/.venv/bin/python" python3.14 python3.13 python3.12 python3.11 python3 python; do
    run_if_recent "$candidate" "$@"
done
echo 'bootstrap: Python 3.11 or newer is needed, but PATH has none; install it or set PYTHON=/path/to/python.' >&2
exit 1

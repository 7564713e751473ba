#!/bin/sh
# Run a command as the programs do, with their account and settings: /srv/app/main jobs stats
# `check` asks the API on PORT for its metrics.
set -eu
release=$(readlink -f "${RELEASE:-/srv/app/current}")
exec systemd-run --quiet --wait --collect --pipe --pty --uid=app --setenv=PORT="${PORT:-8001}" \
    --property=EnvironmentFile=/etc/app.env --working-directory="$release" "$release/.venv/bin/python" backend/main.py "$@"

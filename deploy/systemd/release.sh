#!/bin/sh
# Run as root:
#
#     release.sh release.tar.gz   put a release into service
#     release.sh --back           put the previous release into service again
#     release.sh --restart        restart all programs, after a change of the settings
#
# The release is installed beside the running one and migrates the database. Then its programs replace the running ones, one API
# process after the other. When a step fails, the script ends. What it has not restarted by then serves the release before.
set -eu
# The account of the programs reads what root unpacks here.
umask 022
home=/srv/app
settings=/etc/app.env
units=/etc/systemd/system
# Releases that stay on the disk.
keep=3

main() {
    archive=${1:?name an archive, --back or --restart}
    case $archive in
        --restart)
            release=$(readlink -f "$home/current")
            restart
            ;;
        --back)
            release=$(readlink -e "$home/previous") || { echo "There is no previous release." >&2; exit 1; }
            switch
            restart_back
            ;;
        *)
            unpack
            migrate
            switch
            restart
            remove_old
            ;;
    esac
    echo "${release##*/} is in service"
}

unpack() {
    release=$home/releases/$(date +%Y%m%d%H%M%S)
    mkdir "$release"
    tar --extract --no-same-owner --file="$archive" --directory="$release"
    chmod --recursive u=rwX,go=rX "$release"
    python3 -m venv "$release/.venv"
    "$release/.venv/bin/pip" install --quiet --require-hashes --requirement "$release/backend/requirements.lock"
    "$release/.venv/bin/python" -m compileall -q "$release/backend"
}

migrate() {
    for kind in service service.d target timer; do
        cp -R "$release"/deploy/systemd/*."$kind" "$units"
    done
    systemctl daemon-reload
    systemctl start "app-migrate@${release##*/}"
}

# The links are replaced at once, so that no program starts in between.
switch() {
    if [ -e "$home/current" ]; then
        link "$(readlink -f "$home/current")" "$home/previous"
    fi
    link "$release" "$home/current"
}

link() {
    ln --symbolic --force --no-dereference "$1" "$2.new"
    mv --no-target-directory "$2.new" "$2"
}

# Workers first: they know the jobs of both releases.
restart() {
    [ -e "$units/app.target.wants" ] ||
        systemctl enable app.target app-api@8001 app-api@8002 app-worker@1 app-scheduler
    restart_workers
    restart_apis
    systemctl start app.target
}

# Workers last: until then they run the jobs that only the newer release knows.
restart_back() {
    restart_apis
    restart_workers
    systemctl start app.target
}

restart_workers() {
    for unit in $(enabled app-worker@) $(enabled app-scheduler); do
        systemctl restart "$unit"
    done
}

restart_apis() {
    for unit in $(enabled app-api@); do
        systemctl restart "$unit"
        port=${unit#*@}
        curl --silent --show-error --fail --output /dev/null --retry 60 --retry-delay 1 --retry-all-errors \
            "http://$(address):${port%.service}/api/ready"
    done
}

# Where the APIs of this machine listen.
address() {
    host=$(sed -n 's/^HOST=//p' "$settings")
    case $host in
        "" | 0.0.0.0) echo 127.0.0.1 ;;
        ::) echo "[::1]" ;;
        *:*) echo "[$host]" ;;
        *) echo "$host" ;;
    esac
}

enabled() {
    find "$units/app.target.wants" -name "$1*" -printf '%f\n' | sort
}

remove_old() {
    find "$home/releases" -mindepth 1 -maxdepth 1 | sort | head --lines=-"$keep" | while read -r old; do
        case $old in
            "$(readlink -f "$home/current")" | "$(readlink -f "$home/previous")") ;;
            *) rm -r "$old" ;;
        esac
    done
}

main "$@"

#!/bin/sh
# Prepare a server, as root: the account, the folders, the settings with secrets of their own. What is there stays.
set -eu
here=$(dirname "$0")

secret() {
    python3 -c 'import secrets; print(secrets.token_hex(32))'
}

id app > /dev/null 2>&1 ||
    useradd --system --user-group --home-dir /srv/app --no-create-home --shell /usr/sbin/nologin app
install --directory /srv/app /srv/app/releases
install --directory --owner=app --group=app --mode=700 /srv/app/var
install --mode=755 "$here/main.sh" /srv/app/main
if [ ! -e /etc/app.env ]; then
    install --mode=600 "$here/app.env" /etc/app.env
    printf '\nJWT_SECRET_KEY=%s\nMETRICS_TOKEN=%s\n' "$(secret)" "$(secret)" >> /etc/app.env
fi

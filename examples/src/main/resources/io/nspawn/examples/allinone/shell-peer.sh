#!/bin/bash
# The same containers as the example's, made as well as a shell can: clones in parallel, then all starts at once.
#   shell-peer.sh deploy IMAGE DIR NAME...   DIR has NAME.nspawn, NAME.conf (the drop-in) and NAME/*.network for each
#   shell-peer.sh remove NAME...
set -u

deploy() {
    local image=$1 dir=$2 name failed=0 pid
    local -a clones=()
    shift 2
    for name; do
        machinectl --quiet clone "$image" "$name" \
            && cp "$dir/$name"/*.network "/var/lib/machines/$name/etc/systemd/network/" \
            && cp "$dir/$name.nspawn" /etc/systemd/nspawn/ \
            && mkdir -p "/etc/systemd/system/systemd-nspawn@$name.service.d" \
            && cp "$dir/$name.conf" "/etc/systemd/system/systemd-nspawn@$name.service.d/" &
        clones+=("$!")
    done
    for pid in "${clones[@]}"; do
        wait "$pid" || failed=1
    done
    [ "$failed" = 0 ] && systemctl daemon-reload && systemctl start "${@/#/systemd-nspawn@}"
}

remove() {
    local name
    systemctl stop "${@/#/systemd-nspawn@}"
    machinectl --quiet remove "$@"
    for name; do rm -r "/etc/systemd/system/systemd-nspawn@$name.service.d"; done
    systemctl daemon-reload
}

"$@"

# What the scripts need on a machine, installed where that is allowed. To be sourced; bash.

# The packages of Debian and Ubuntu that are missing. Each argument is PROGRAM:PACKAGE or /FILE:PACKAGE.
missing_packages() {
    local pair path=$PATH:/usr/sbin:/sbin
    for pair; do
        case ${pair%%:*} in
            /*) [ -e "${pair%%:*}" ] ;;
            *) PATH=$path command -v "${pair%%:*}" > /dev/null ;;
        esac || echo "${pair#*:}"
    done
}

# Installs those packages as root on Debian and Ubuntu; fails, having said which are missing, where it cannot.
install_missing() {
    local packages
    mapfile -t packages < <(missing_packages "$@")
    [ ${#packages[@]} -eq 0 ] && return
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
        printf '%s: missing, and installed only by root on Debian or Ubuntu: %s\n' "${0##*/}" "${packages[*]}" >&2
        return 1
    fi
    printf '%s: installing %s\n' "${0##*/}" "${packages[*]}" >&2
    # An old list of packages is better than none.
    apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}" > /dev/null
}

to_build=(javac:default-jdk-headless mvn:maven)

# The lab host's; the keyring is not there by itself on Ubuntu.
for_the_lab=(
    systemd-nspawn:systemd-container mkfs.btrfs:btrfs-progs mmdebstrap:mmdebstrap unshare:util-linux ip:iproute2
    /usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring
)

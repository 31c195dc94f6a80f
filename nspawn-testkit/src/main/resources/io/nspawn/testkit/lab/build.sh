#!/bin/bash
# The recipe of a lab host: builds DIR/root, the host's own file system, and DIR/pool.img, a sparse BTRFS file system
# that holds the read-only base image for containers. Nothing outside DIR is touched. Its text is part of the cache key.
# Usage: build.sh SUITE BASE DIR, as root in a private mount and PID namespace.
set -euo pipefail
suite=$1 base=$2 dir=$3

lean=(
    --variant=minbase
    --aptopt='Apt::Install-Recommends "false"'
    --dpkgopt='path-exclude=/usr/share/doc/*'
    --dpkgopt='path-exclude=/usr/share/man/*'
    --dpkgopt='path-exclude=/usr/share/locale/*'
    --dpkgopt='path-exclude=/usr/share/info/*'
)

# What the machine that builds has put in: names that would mislead, and files that only a package manager reads.
strip() {
    rm -f "$1"/etc/resolv.conf "$1"/etc/hostname "$1"/var/lib/dbus/machine-id
    rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/* "$1"/var/cache/debconf/*-old
    : > "$1/etc/machine-id"
}

host_root() {
    mmdebstrap "${lean[@]}" --include=systemd,systemd-sysv,systemd-container,dbus,btrfs-progs,iproute2,udev,kmod,procps,iputils-ping,gpg,gpg-agent \
        "$suite" "$dir/root" < /dev/null
    strip "$dir/root"
    local own=$dir/root/usr/lib/nspawn-lab unit=$dir/root/usr/lib/systemd/system/nspawn-lab-ready.service n
    mkdir -p "$own/dev"
    for n in {0..255}; do mknod -m 0660 "$own/dev/loop$n" b 7 "$n"; done
    : > "$own/ready"
    # What a container is denied and a host has: writable v1 controllers (or systemd accounts for nothing), the loop
    # devices, BTRFS in sysfs, the inotify bounds. The other kernel variables are the machine's and stay read-only.
    cat > "$own/init" <<'INIT'
#!/bin/sh
for c in /sys/fs/cgroup/*; do
    [ -h "$c" ] && continue
    case $c in */systemd|*/unified) continue ;; esac
    [ -f "$c/cgroup.procs" ] && [ ! -f /sys/fs/cgroup/cgroup.controllers ] && mount -o remount,bind,rw "$c"
done
cp -a /usr/lib/nspawn-lab/dev/. /dev/
mount -t proc proc /mnt
mount --bind /mnt/sys/fs/inotify /proc/sys/fs/inotify
umount /mnt
if [ ! -d /sys/fs/btrfs ]; then
    mount -t sysfs sysfs /mnt
    mount -o remount,bind,rw /sys
    mkdir /sys/fs/btrfs
    mount --bind /mnt/fs/btrfs /sys/fs/btrfs
    mount -o remount,bind,ro /sys
    umount /mnt
fi
exec /lib/systemd/systemd "$@"
INIT
    chmod 0755 "$own/init"
    # Tells the machine outside that the boot is over, and how it went; being of Type=exec it holds up no boot itself.
    cat > "$unit" <<'UNIT'
[Unit]
Description=Report the end of the boot
DefaultDependencies=no
After=dbus.socket

[Service]
Type=exec
ExecStart=/bin/sh -c 'systemctl is-system-running --wait > /usr/lib/nspawn-lab/ready'
UNIT
    mkdir -p "$dir/root/usr/lib/systemd/system/sysinit.target.wants"
    ln -s ../nspawn-lab-ready.service "$dir/root/usr/lib/systemd/system/sysinit.target.wants/"
    # The kernel is shared: its variables, modules and debug interfaces are not this host's to set. The rest is noise.
    systemctl --quiet --root="$dir/root" mask systemd-sysctl.service systemd-modules-load.service \
        sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount \
        dev-hugepages.mount dev-mqueue.mount \
        apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service
}

base_image() {
    local image=$dir/base
    mmdebstrap "${lean[@]}" --include=systemd,systemd-sysv,dbus,iproute2,iputils-ping "$suite" "$image" < /dev/null
    strip "$image"
    systemctl --quiet --root="$image" enable systemd-networkd.service
    systemctl --quiet --root="$image" disable systemd-networkd-wait-online.service
    mkdir -p "$image/etc/systemd/journald.conf.d"
    printf '[Journal]\nStorage=volatile\n' > "$image/etc/systemd/journald.conf.d/volatile.conf"
}

# A clone shares every block of its image until it writes into it, 16 KiB at a time. What each clone writes before its
# first start is put at the end of the tree, into one block with room for it all: a block that has to be split costs each
# clone its halves and a new parent. How full the last block is, is chance; so fillers go before, until it has room.
gather() {
    local root=$1 filler
    mkdir "$root/usr/lib/nspawn-lab"
    for filler in {1..60}; do
        rm -f "$root/etc/machine-id" "$root/etc/hostname"
        rmdir "$root/etc/systemd/network"
        printf '%400s' x > "$root/usr/lib/nspawn-lab/filler-$filler"
        mkdir "$root/etc/systemd/network"
        : > "$root/etc/machine-id"
        : > "$root/etc/hostname"
        btrfs filesystem sync "$root"
        [ "$(free_beside "$root" "$root/etc/machine-id")" -ge 5000 ] && return
    done
    echo "no block of the image has room for what a clone writes" >&2
    return 1
}

# How many bytes the block that holds file $2 of subvolume $1 has free.
free_beside() {
    local device
    device=$(findmnt -no SOURCE --target "$1")
    # The kernel writes past the device's own cache, which is what is read here.
    blockdev --flushbufs "$device"
    btrfs inspect-internal dump-tree -t "$(btrfs inspect-internal rootid "$1")" "$device" |
        awk -v "key=key ($(stat -c %i "$2") INODE_ITEM 0)" \
            '/^leaf .* free space / {free = $7} $1 == "item" && index($0, key) {print free}'
}

# Built beside the pool and copied in, as the blocks that a package manager used and freed would stay in the image file.
pool() {
    truncate -s 8G "$dir/pool.img"
    mkfs.btrfs -q "$dir/pool.img"
    mkdir "$dir/pool"
    mount -o loop,noatime "$dir/pool.img" "$dir/pool"
    btrfs -q subvolume create "$dir/pool/$base"
    cp -a "$dir/base/." "$dir/pool/$base/"
    gather "$dir/pool/$base"
    btrfs property set -ts "$dir/pool/$base" ro true
    umount "$dir/pool"
    rmdir "$dir/pool"
    rm -rf "$dir/base"
}

host_root
base_image
pool

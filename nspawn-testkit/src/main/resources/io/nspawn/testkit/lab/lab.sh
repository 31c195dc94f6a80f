#!/bin/bash
# A lab host from its first mount to its last trace. Everything it needs comes as an argument.
#   lab.sh build FINAL RECIPE SUITE BASE     build FINAL by RECIPE unless it is there; concurrent builders wait
#   lab.sh run ID RUN SEED [ARGUMENT...]     boot a lab from SEED; ARGUMENTs go to systemd-nspawn
#   lab.sh exec LEADER CMD...                run CMD in the lab whose init is LEADER, in a cgroup of the lab
#   lab.sh hold MODE FILE                    lock FILE, MODE is shared or exclusive, say "held" and keep it
#
# "build", "run" and "hold" go on only while standard input is open: when whoever holds its other end is gone, however it went,
# the work and everything it started is gone too. What does it is a PID namespace: its PID 1 watches the input and
# exits, and the kernel kills the rest. The mount namespace beside it takes mounts and the loop device along. What no
# namespace takes (cgroup directories, mount point, lock) the process outside removes, and if that was killed as well,
# the next lab's start.
#
# "run" writes "ready STATE" to standard output after each boot; standard error is the lab's console. A lab that is told
# to reboot boots again from the disks that it has left, as a machine does; whatever else it held is gone.
# NSPAWN_LAB_POOL is where the lab sees the pool with the base image, /var/lib/machines unless set.
set -u

# --- the guard ------------------------------------------------------------------------------------------------------

guarded() {
    unshare --mount --pid --fork --mount-proc --kill-child=SIGKILL --propagation private -- /bin/bash "$0" "$@"
}

# Waits for process $1, or for the end of the input in descriptor 4.
while_watched() {
    local status=0 input
    cat <&4 > /dev/null 2>&1 &
    input=$!
    wait -n "$input" "$1" || status=$?
    kill "$input" 2> /dev/null
    return "$status"
}

# --- build ----------------------------------------------------------------------------------------------------------

build() {
    local final=$1 part="${1%/*}/.#${1##*/}"
    umask 022
    mkdir -p "${final%/*}"
    exec 9> "$final.lock"
    flock 9
    [ -d "$final" ] && exit 0
    rm -rf "$part"
    mkdir "$part"
    trap : INT HUP TERM
    if guarded building "$part" "${@:2}"; then
        mv -T "$part" "$final"
        remove_unused "${final%/*}"
    else
        rm -rf "$part"
        exit 1
    fi
}

# What no lab has started from for two weeks; a lab holds the lock of what it runs on.
remove_unused() {
    local lock
    find "$1" -maxdepth 1 -name '*.lock' -mtime +14 | while read -r lock; do
        (
            flock -n 8 || exit 0
            rm -rf "${lock%.lock}" "$lock"
        ) 8< "$lock"
    done
}

building() {
    exec 4<&0
    /bin/bash "$2" "$3" "$4" "$1" < /dev/null 9>&- &
    local recipe=$!
    while_watched "$recipe"
    # The input may have ended first: built is what the recipe has ended well.
    kill -0 "$recipe" 2> /dev/null && exit 1
    wait "$recipe"
}

# --- cgroups --------------------------------------------------------------------------------------------------------

# One line a hierarchy: where the cgroup of process $1 lies.
cgroups_of() {
    local controllers path dir
    while IFS=: read -r _ controllers path; do
        for dir in "/sys/fs/cgroup/${controllers#name=}" /sys/fs/cgroup/unified /sys/fs/cgroup; do
            # A co-mounted pair is listed and linked by the same name; an empty name is the unified hierarchy.
            [ -f "$dir/cgroup.procs" ] && [ "${dir##*/}" != "" ] && [ -d "$dir$path" ] || continue
            [ "$dir" = /sys/fs/cgroup/unified ] && [ -n "$controllers" ] && continue
            echo "$dir${path%/}"
            break
        done
    done < "/proc/$1/cgroup"
}

# Where a new lab's cgroups go. v1: below our own, so that our limits hold. v2: below the root, as only there the
# controllers can be handed on.
cgroups_for() {
    local dir
    cgroups_of self | while read -r dir; do
        case $dir in
            /sys/fs/cgroup/unified*) echo "/sys/fs/cgroup/unified/$1" ;;
            *) if [ -f /sys/fs/cgroup/cgroup.controllers ]; then echo "/sys/fs/cgroup/$1"; else echo "$dir/$1"; fi ;;
        esac
    done
}

make_cgroups() {
    local dir
    while read -r dir; do
        mkdir "$dir" || return 1
        fill_cpuset "$dir"
        mkdir "$dir/host" || return 1
        fill_cpuset "$dir/host"
        hand_on_controllers "$dir"
    done
    return 0
}

# v2: a cgroup that hands its controllers on has no processes of its own, hence one below it for the host.
hand_on_controllers() {
    local controller
    [ -f /sys/fs/cgroup/cgroup.controllers ] || return 0
    for controller in $(< "$1/cgroup.controllers"); do
        echo "+$controller" > "$1/cgroup.subtree_control" 2> /dev/null
    done
}

# A new v1 cpuset takes no process before it has processors and memory nodes.
fill_cpuset() {
    local file
    [ -f "$1/cgroup.controllers" ] && return
    for file in cpuset.cpus cpuset.mems; do
        [ -f "$1/$file" ] && [ -z "$(< "$1/$file")" ] && cat "${1%/*}/$file" > "$1/$file"
    done
}

# The kernel keeps a cgroup directory with processes in it: nothing that lives can be removed by this.
remove_cgroups() {
    local dir
    while read -r dir; do
        case $dir in
            /sys/fs/cgroup/*nspawn-lab-*) [ -d "$dir" ] && find "$dir" -depth -type d -exec rmdir {} + ;;
        esac
    done
    return 0
}

# --- run, outside ---------------------------------------------------------------------------------------------------

# Takes away what labs left whose every process was killed at once: their locks are free then.
sweep() {
    local lock
    for lock in "$1"/nspawn-lab-*.lock; do
        [ -f "$lock" ] || continue
        (
            flock -n 8 || exit 0
            remove_cgroups < "$lock" 2> /dev/null
            rmdir "${lock%.lock}" 2> /dev/null
            rm -f "$lock"
        ) 8< "$lock"
    done
}

# Whoever raises the inotify bound inside raises it for the machine: the first lab notes it, the last puts it back. A
# note that is there although no lab is was left by labs that were killed: it is what the bound was before them.
inotify=/proc/sys/fs/inotify/max_user_instances

no_labs() {
    ! compgen -G "$1/nspawn-lab-*.lock" > /dev/null
}

put_inotify_back() {
    [ -s "$1/inotify" ] && cat "$1/inotify" > "$inotify"
    rm -f "$1/inotify"
}

note_inotify() {
    cat "$inotify" > "$1/inotify.new" && mv "$1/inotify.new" "$1/inotify"
}

enter() {
    local all=${1%/*}
    exec 7> "$all/all"
    flock 7
    sweep "$all"
    no_labs "$all" && put_inotify_back "$all" && note_inotify "$all"
    exec 9> "$1.lock"
    flock -n 9 || exit 1
    # Written before the directories are made: whoever sweeps knows of each.
    cgroups_for "${1##*/}" > "$1.lock"
    exec 7>&-
}

leave() {
    local all=${1%/*}
    exec 7> "$all/all"
    flock 7
    remove_cgroups < "$1.lock"
    rmdir "$1"
    rm -f "$1.lock"
    no_labs "$all" && put_inotify_back "$all"
}

run() {
    local run=$2 seed=$3 status=1
    umask 022
    touch "$seed.lock"
    exec 6< "$seed.lock"
    flock -s 6
    [ -d "$seed" ] || exit 1
    mkdir -p "${run%/*}"
    enter "$run"
    mkdir "$run" || exit 1
    # An interrupt reaches every process of a terminal; the lab ends by the end of its input instead.
    trap : INT HUP TERM
    if make_cgroups < "$run.lock"; then
        guarded running "$@"
        status=$?
    fi
    leave "$run"
    exit "$status"
}

# --- run, inside the namespaces -------------------------------------------------------------------------------------

# A loop device set up in the lab without autoclear would outlive it. It is the lab's if its file is the one that has
# this name in the lab, whose root is seen at $1.
lab_loops() {
    local loop device inode file
    while read -r loop device inode file; do
        [ "$(stat -c '%Hd:%Ld %i' "$1$file" 2> /dev/null)" = "$device $inode" ] && echo "$loop"
    done < <(losetup --list --noheadings -O NAME,BACK-MAJ:MIN,BACK-INO,BACK-FILE)
}

prepare() {
    local run=$1 seed=$2
    mount -t tmpfs -o mode=0755,size=12g,nr_inodes=0 nspawn-lab "$run" &&
        mkdir "$run"/{upper,work,root,pool} &&
        # For nspawn's own locks and sockets.
        mkdir -p /run/systemd &&
        mount -t tmpfs -o mode=0755 nspawn-lab /run/systemd &&
        mount -t overlay -o "lowerdir=$seed/root,upperdir=$run/upper,workdir=$run/work" nspawn-lab "$run/root" &&
        cp --sparse=always "$seed/pool.img" "$run/pool.img" &&
        # Two file systems of one UUID cannot be mounted at once.
        btrfstune -f -u "$run/pool.img" > /dev/null &&
        mount -o loop,noatime "$run/pool.img" "$run/pool" &&
        mkfifo "$run/ready"
}

# Becomes the systemd-nspawn of the lab, in the lab's own cgroups.
host() {
    local id=$1 run=$2 dir
    while read -r dir; do
        echo 0 > "$dir/host/cgroup.procs" || exit 1
    done < "$run.lock"
    exec systemd-nspawn -D "$run/root" -M "$id" --quiet --register=no --keep-unit --private-network \
        --capability=all --kill-signal=SIGRTMIN+3 --hostname=lab \
        --bind="$run/pool:${NSPAWN_LAB_POOL:-/var/lib/machines}" --bind="$run/ready:/usr/lib/nspawn-lab/ready" \
        --bind=/dev/btrfs-control --bind=/dev/loop-control \
        "${@:4}" \
        /usr/lib/nspawn-lab/init SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 systemd.unit=multi-user.target
}

# What a reboot takes from a machine and not from a container: loop devices, and the cgroups of the host that was.
forget_boot() {
    local loop dir tries
    for loop in $(lab_loops "$1/root"); do losetup -d "$loop"; done
    while read -r dir; do
        # Who ran commands in the lab from outside learns a moment later that they have died.
        for tries in {1..100}; do
            find "$dir/host" -depth -type d -exec rmdir {} + 2> /dev/null
            [ -d "$dir/host" ] || break
            sleep 0.1
        done
        mkdir "$dir/host" || return 1
        fill_cpuset "$dir/host"
    done < "$1.lock"
    return 0
}

running() {
    local id=$1 run=$2 seed=$3 dir status nspawn leader loops
    local reboot=133
    exec 4<&0
    prepare "$run" "$seed" || exit 1

    while true; do
        status=0
        { read -r state < "$run/ready" && echo "ready $state"; } &
        host "$@" < /dev/null >&2 &
        nspawn=$!
        while_watched "$nspawn" || status=$?
        [ "$status" = "$reboot" ] && forget_boot "$run" || break
    done

    leader=$(cat "/proc/$nspawn/task/$nspawn/children" 2> /dev/null)
    loops=$([ -n "${leader% }" ] && lab_loops "/proc/${leader% }/root")
    kill -KILL -1
    wait
    for dir in $loops; do losetup -d "$dir"; done
    umount "$run/root" "$run/pool"
    exit "$status"
}

# --- exec -----------------------------------------------------------------------------------------------------------

# nsenter joins the lab's cgroup namespace and leaves the process where its caller is, outside of it.
exec_inside() {
    local leader=$1 dir
    for dir in $(cgroups_of "$leader"); do
        dir=${dir%/init.scope}/lab-exec.scope
        [ -d "$dir" ] || mkdir "$dir" 2> /dev/null
        fill_cpuset "$dir"
        echo $$ > "$dir/cgroup.procs"
    done
    exec nsenter -t "$leader" -m -u -i -n -p -C -- "${@:2}"
}

# --- hold -----------------------------------------------------------------------------------------------------------

# The descriptor has the lock, so that the end of flock keeps it and the end of this script gives it back.
hold() {
    local flock
    mkdir -p "${2%/*}"
    exec 4<&0 9> "$2" || exit 1
    flock "--$1" 9 < /dev/null &
    flock=$!
    while_watched "$flock"
    # The input may have ended first.
    if kill "$flock" 2> /dev/null; then
        exit 1
    fi
    echo held
    cat <&4 > /dev/null
}

case $1 in
    exec) exec_inside "${@:2}" ;;
    *) "$@" ;;
esac

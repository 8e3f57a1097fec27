#!/usr/bin/env bash
# debian.sh RELEASE [run | test | check] -- runs ./stepwatt.sh of the last commit on a bare Debian (bookworm, trixie, ...), which it puts into a
# folder of its own under TMPDIR (4 GB) and removes; the results of its main job stay in build/bare/RELEASE.h5. Needs root and debootstrap.
set -euo pipefail
release=${1:?usage: debian.sh RELEASE [run | test | check]}
what=${2:-run}

# In namespaces of their own, mounts and processes end with the script, before the folder is removed.
if [[ -z ${STEPWATT_BARE_ROOT:-} ]]; then
    STEPWATT_BARE_ROOT=$(mktemp -d)
    chmod 755 "$STEPWATT_BARE_ROOT" # other users live in it, too
    export STEPWATT_BARE_ROOT
    trap 'rm -rf "$STEPWATT_BARE_ROOT"' EXIT
    unshare --mount --pid --fork --kill-child "$0" "$@"
    exit
fi

cd "$(dirname "$0")/../../.."
root=$STEPWATT_BARE_ROOT
debootstrap --variant=minbase "$release" "$root" http://deb.debian.org/debian >"$root/debootstrap.log" || {
    tail -n 20 "$root/debootstrap.log" >&2
    exit 1
}
cp /etc/resolv.conf /etc/hosts "$root/etc/"
mkdir -p "$root/dev/pts" "$root/dev/shm" "$root/root/shared"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys" # with cgroups, which Slurm needs
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
ln -sf pts/ptmx "$root/dev/ptmx"
if [[ -d ../shared ]]; then
    mount --bind -o ro "$(realpath ../shared)" "$root/root/shared"
fi
git clone -q . "$root/root/stepwatt"
status=0
chroot "$root" /usr/bin/env HOME=/root LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin /root/stepwatt/stepwatt.sh "$what" || status=$?
mkdir -p build/bare
if [[ $what != check ]]; then cp "$root/root/stepwatt/out/jemas.h5" "build/bare/$release.h5"; fi
exit "$status"

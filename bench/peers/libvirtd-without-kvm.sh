#!/bin/sh
# Starts libvirt's daemon where there is no /dev/kvm, in a mount namespace of its own: run by `unshare --mount`. Where KVM can
# be opened and runs no guest, libvirt takes what it knows of QEMU for stale and asks QEMU again with each define, in seconds.
set -eu
dev=$(mktemp -d)
mount -t tmpfs none "$dev"
cd "$dev"
for node in null zero full random urandom tty ptmx; do
  : >"$node"
  mount --bind "/dev/$node" "$node"
done
for folder in pts shm; do
  mkdir "$folder"
  mount --rbind "/dev/$folder" "$folder"
done
mount --rbind "$dev" /dev
# It ends by itself five minutes after its last client.
exec /usr/sbin/libvirtd -d -t 300

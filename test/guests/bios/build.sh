#!/bin/bash
# Builds the BIOS guest into the directory $1: bios.raw (a disk), bios.img (a floppy) and bios.iso.
# Needs the Debian packages gcc (which brings binutils) and genisoimage. No privileges, no network.
set -euo pipefail
out=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
gcc -m32 -c -o boot.o "$here/boot.S"
ld -m elf_i386 -Ttext 0x7c00 --oformat binary -e boot -o boot.bin boot.o
for image in bios.raw:1M bios.img:1440K; do
  cp boot.bin "${image%:*}"
  truncate -s "${image#*:}" "${image%:*}"
done
mkdir iso
cp boot.bin iso/
genisoimage -quiet -V VSMSBIOS -b boot.bin -c catalog -no-emul-boot -boot-load-size 1 -o bios.iso iso
mv bios.raw bios.img bios.iso "$out/"

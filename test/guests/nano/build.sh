#!/bin/bash
# Builds the nano guest: a raw BIOS disk of 1 MiB, at $1. Needs the Debian package gcc (which brings binutils).
# No privileges, no network.
set -euo pipefail
out=$1
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags=(-m32 -Os -ffreestanding -fno-strict-aliasing -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables -mno-sse -nostdlib -static)
gcc "${flags[@]}" -c -o "$work/kernel.o" "$here/kernel.c"
ld -m elf_i386 -T "$here/link.ld" -e 0x100000 --no-warn-rwx-segments -o "$work/kernel.elf" "$work/kernel.o"
objcopy -O binary -j .text -j .rodata -j .data "$work/kernel.elf" "$work/kernel.bin"
sectors=$((($(stat -c %s "$work/kernel.bin") + 511) / 512))
gcc -m32 -c -DSECTORS=$sectors -o "$work/boot.o" "$here/boot.S"
ld -m elf_i386 -Ttext 0x7c00 --oformat binary -e boot -o "$work/boot.bin" "$work/boot.o"
truncate -s 1M "$work/disk"
dd if="$work/boot.bin" of="$work/disk" conv=notrunc status=none
dd if="$work/kernel.bin" of="$work/disk" seek=1 conv=notrunc status=none
mv "$work/disk" "$out"

#!/bin/bash
# Builds the UEFI guest into the directory $1: uefi.raw, a FAT disk of 1 MiB, and uefi.iso with the same.
# Needs the Debian packages gcc (which brings binutils), mtools and genisoimage. No privileges, no network.
set -euo pipefail
out=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
flags=(-Os -ffreestanding -fshort-wchar -fno-strict-aliasing -fpic -fvisibility=hidden -fno-stack-protector
  -fno-asynchronous-unwind-tables -fno-ident -mabi=ms -mno-red-zone -mno-sse -Wall -Werror)
gcc "${flags[@]}" -c -o main.o "$here/main.c"
# 10: an application of the firmware.
ld -m i386pep --subsystem 10 --image-base 0 --enable-reloc-section -s -e efi_main -o BOOTX64.EFI main.o
# Sectors 1 to 7 are nobody's: the guest keeps its number in one.
mformat -C -i disk -T 2048 -h 16 -s 32 -R 8 -v VSMSUEFI ::
mmd -i disk ::/EFI ::/EFI/BOOT
mcopy -i disk BOOTX64.EFI ::/EFI/BOOT/BOOTX64.EFI
mkdir iso
cp disk iso/efi.img
genisoimage -quiet -V VSMSUEFI -efi-boot efi.img -no-emul-boot -o disk.iso iso
mv disk "$out/uefi.raw"
mv disk.iso "$out/uefi.iso"

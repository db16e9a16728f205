#!/bin/bash
# Builds the Linux test guest into the directory $1: vmlinuz, initrd, gen1.raw (BIOS) and gen2.raw (UEFI, Secure Boot).
#
# From Debian packages only, as root or not. To be installed on Debian 12:
#   apt-get install busybox-static syslinux syslinux-common mtools dosfstools fdisk gdisk kmod cpio gcc libc6-dev
# The kernel, shim, grub and the guest agent are downloaded and unpacked, not installed.
# FLAVOUR: kernel flavour, cloud-amd64 (default, small) or amd64 (floppy, USB, tulip). DISK_MB: size of the disks.
set -euo pipefail
out=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
flavour=${FLAVOUR:-cloud-amd64}
disk_mb=${DISK_MB:-64}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir -p "$out"
cd "$work"
export PATH=$PATH:/usr/sbin:/sbin

unpack_packages() {
  local kernel package
  kernel=$(apt-cache depends "linux-image-$flavour" | awk '/Depends: linux-image/ { print $2; exit }')
  [ -n "$kernel" ] || { echo "the package lists know no linux-image-$flavour: run apt-get update" >&2; exit 1; }
  for package in "$kernel" qemu-guest-agent shim-signed grub-efi-amd64-signed; do
    # As root apt would warn that its own user cannot write here.
    apt-get -qq -o APT::Sandbox::User=root download "$package" >&2
    dpkg -x "$package"_*.deb packages
  done
}

# A module and all it needs, in the order in which they must be loaded.
add_module() {
  local name=$1 file dependency
  grep -qx "$name" root/mod/order && return
  file=$(find "$modules" -name "${name//_/[_-]}.ko" | head -n 1)
  # Not every flavour has every driver.
  [ -n "$file" ] || return 0
  for dependency in $(grep "^${file#"$modules"/}:" "$modules/modules.dep" | cut -d: -f2); do
    add_module "$(basename "$dependency" .ko)"
  done
  cp "$file" "root/mod/$name.ko"
  echo "$name" >> root/mod/order
}

make_root() {
  mkdir -p root/{bin,dev,proc,sys,mod,etc/acpi/PWRF,tmp,run,var/log}
  ln -s ../run root/var/run
  cp "$(command -v busybox)" root/bin/busybox
  root/bin/busybox --list | while read -r applet; do
    [ "$applet" = busybox ] || ln -s busybox "root/bin/$applet"
  done
  gcc -O2 -static -o root/bin/agent "$here/agent.c"
  install -m 755 "$here/init" root/init
  printf '#!/bin/sh\necho VSMS-POWER-BUTTON > /dev/ttyS0\nsync\npoweroff -f\n' > root/etc/acpi/PWRF/00000080
  cat > root/etc/udhcpc << 'SCRIPT'
#!/bin/sh
[ "$1" = bound ] || exit 0
ip addr flush dev "$interface"
ip addr add "$ip/${mask:-24}" dev "$interface"
[ -n "$router" ] && ip route add default via "$router"
echo "VSMS-DHCP $interface $ip" > /dev/ttyS0
SCRIPT
  chmod 755 root/etc/acpi/PWRF/00000080 root/etc/udhcpc
  echo 'root:x:0:0::/:/bin/sh' > root/etc/passwd
  printf 'ID=vsms-test\nNAME="vsms test guest"\nPRETTY_NAME="vsms test guest 1"\n' > root/etc/os-release
  touch root/mod/order
  local module
  for module in button evdev virtio_pci virtio_blk virtio_scsi virtio_net virtio_console virtio_balloon virtio-rng \
    sd_mod sr_mod ata_piix ahci mptsas tulip e1000 e1000e floppy usbhid psmouse efivarfs vfat isofs nls_cp437 nls_ascii nls_iso8859-1; do
    add_module "$module"
  done
  # The guest agent with the libraries it needs, and the program that it sets the clock by.
  mkdir -p root/sbin
  ln -s /bin/busybox root/sbin/hwclock
  cp packages/usr/sbin/qemu-ga root/bin/
  local library
  for library in $(ldd packages/usr/sbin/qemu-ga | grep -o '/[^ ]*'); do
    mkdir -p "root$(dirname "$library")"
    cp -L "$library" "root$library"
  done
}

make_gen1() {
  truncate -s "${disk_mb}M" gen1.raw
  printf '2048,,6,*\n' | sfdisk -q gen1.raw
  dd if=/usr/lib/syslinux/mbr/mbr.bin of=gen1.raw conv=notrunc bs=440 count=1 status=none
  mkfs.vfat -F 16 --offset 2048 -n VSMSG1 gen1.raw $(((disk_mb * 2048 - 2048) / 2)) > /dev/null
  printf 'DEFAULT l\nPROMPT 0\nTIMEOUT 1\nLABEL l\n KERNEL vmlinuz\n INITRD initrd\n APPEND %s\n' "$cmdline" > syslinux.cfg
  mcopy -i gen1.raw@@1M vmlinuz initrd syslinux.cfg ::/
  syslinux --install -t 1048576 gen1.raw
}

make_gen2() {
  truncate -s "${disk_mb}M" gen2.raw
  sgdisk -Z -n 1:2048:0 -t 1:EF00 gen2.raw > /dev/null
  truncate -s "$((disk_mb - 2))M" esp
  mkfs.vfat -F 16 -n VSMSG2 esp > /dev/null
  printf 'set timeout=0\nsearch --no-floppy --file --set=root /vsms-gen2\nlinux /vmlinuz %s\ninitrd /initrd\nboot\n' "$cmdline" > grub.cfg
  touch vsms-gen2
  mmd -i esp ::/EFI ::/EFI/BOOT ::/EFI/debian
  mcopy -i esp packages/usr/lib/shim/shimx64.efi.signed ::/EFI/BOOT/BOOTX64.EFI
  mcopy -i esp packages/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed ::/EFI/BOOT/grubx64.efi
  mcopy -i esp grub.cfg ::/EFI/debian/grub.cfg
  mcopy -i esp grub.cfg ::/EFI/BOOT/grub.cfg
  mcopy -i esp vmlinuz initrd vsms-gen2 ::/
  dd if=esp of=gen2.raw bs=1M seek=1 conv=notrunc,sparse status=none
}

cmdline="console=ttyS0 quiet panic=-1 ${CMDLINE:-}"
unpack_packages
version=$(basename packages/lib/modules/*)
modules=packages/lib/modules/$version
depmod -b packages "$version" 2> /dev/null || true
cp "packages/boot/vmlinuz-$version" vmlinuz
make_root
(cd root && find . | cpio -o -H newc --quiet --owner 0:0) | gzip -1 > initrd
export MTOOLS_SKIP_CHECK=1
make_gen1
make_gen2
mv vmlinuz initrd gen1.raw gen2.raw "$out/"

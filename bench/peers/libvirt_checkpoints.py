"""Checkpoints of a guest over libvirt's daemon: libvirt_checkpoints.py DISK DIRECTORY MEMORY_MIB, with DISK a qcow2 image of the nano
guest. Reads lines: `internal`, `external` (live) take one, `revert` turns the domain off and goes back to the first internal
one until the guest answers. Prints milliseconds, a line each; at the end of its input the domain is gone."""
import os
import socket
import sys
import time

import libvirt

DISK, DIRECTORY, MEMORY = sys.argv[1:4]
NAME = 'vsms-bench-checkpoints'
SERIAL = os.path.join(DIRECTORY, 'serial')
XML = f"""<domain type='qemu'><name>{NAME}</name><memory unit='MiB'>{MEMORY}</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{DISK}'/><target dev='hda' bus='ide'/></disk>
<serial type='unix'><source mode='bind' path='{SERIAL}'/><target port='0'/></serial><video><model type='vga'/></video></devices></domain>"""


def answers():
    """Asks the guest until it answers; its socket may not be there yet."""
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(SERIAL)
                line.settimeout(0.01)
                text = b''
                while b'INFO ' not in text:
                    line.send(b'i')
                    try:
                        got = line.recv(4096)
                    except TimeoutError:
                        continue
                    if not got:
                        break
                    text += got
                else:
                    return
        except OSError:
            time.sleep(0.002)


connection = libvirt.open('qemu:///system')
domain = connection.defineXML(XML)
domain.create()
answers()
taken = 0
first = None
try:
    for line in sys.stdin:
        what = line.strip()
        taken += 1
        if what == 'revert':
            domain.destroy()
        began = time.perf_counter()
        if what == 'internal':
            snapshot = domain.snapshotCreateXML(f'<domainsnapshot><name>i{taken}</name></domainsnapshot>', 0)
            first = first or snapshot
        elif what == 'external':
            memory, overlay = (os.path.join(DIRECTORY, f'{kind}-{taken}') for kind in ('memory', 'overlay'))
            domain.snapshotCreateXML(
                f"<domainsnapshot><name>e{taken}</name><memory snapshot='external' file='{memory}'/><disks>"
                f"<disk name='hda' snapshot='external'><source file='{overlay}'/></disk></disks></domainsnapshot>",
                libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_LIVE,
            )
        else:
            domain.revertToSnapshot(first, libvirt.VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING)
            answers()
        print((time.perf_counter() - began) * 1000, flush=True)
finally:
    try:
        domain.destroy()
    except libvirt.libvirtError:
        pass
    domain.undefineFlags(libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA)

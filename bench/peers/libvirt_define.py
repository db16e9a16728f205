"""Defines domains over libvirt's daemon: libvirt_define.py CONNECTIONS COUNT; prints wall seconds, then undefines them."""
import sys
import threading
import time

import libvirt

URI = 'qemu:///system'
XML = """<domain type='qemu'><name>vsms-bench-%d</name><memory unit='MiB'>1024</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
<controller type='ide' index='0'/><serial type='pty'/><video><model type='vga'/></video></devices></domain>"""

connections, count = int(sys.argv[1]), int(sys.argv[2])
opened = [libvirt.open(URI) for _ in range(connections)]


def work(connection, numbers):
    for n in numbers:
        connection.defineXML(XML % n)


threads = [threading.Thread(target=work, args=(c, range(i, count, connections))) for i, c in enumerate(opened)]
start = time.perf_counter()
for t in threads:
    t.start()
for t in threads:
    t.join()
print(time.perf_counter() - start)
for domain in opened[0].listAllDomains():
    if domain.name().startswith('vsms-bench-'):
        domain.undefine()

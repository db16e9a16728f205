"""All statistics of COUNT domains over libvirt's daemon, ROUNDS times: libvirt_domstats.py COUNT ROUNDS; prints milliseconds."""
import sys
import time

import libvirt

URI = 'qemu:///system'
XML = """<domain type='qemu'><name>vsms-bench-stats-%d</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
<controller type='ide' index='0'/><serial type='null'/><memballoon model='none'/></devices></domain>"""

count, rounds = int(sys.argv[1]), int(sys.argv[2])
connection = libvirt.open(URI)
domains = []
try:
    # Paused: they take no processor from those that are measured.
    for n in range(count):
        domains.append(connection.createXML(XML % n, libvirt.VIR_DOMAIN_START_PAUSED))
    sample = []
    for _ in range(rounds):
        start = time.perf_counter()
        found = connection.domainListGetStats(domains, 0, 0)
        sample.append((time.perf_counter() - start) * 1000)
        if len(found) != count:
            sys.exit('%d domains were told of, not %d' % (len(found), count))
    print(*sample)
finally:
    for domain in domains:
        domain.destroy()

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoints } from '../../src/client/checkpoints.ts';
import { textOf } from '../../src/client/object.ts';
import { linuxImages } from '../guests/guest-images.ts';
import { WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';
import type { SerialLine } from '../qemu/kit.ts';

const BOOT_LIMIT_MS = 180_000;

/** Address of the guest's only adapter and whether its link is up, as the guest sees them; null: there is none now. */
const seenBy = async (line: SerialLine): Promise<{ readonly mac: string; readonly link: string } | null> => {
  const [, mac = '', link = ''] = await line.ask(
    'for n in /sys/class/net/eth*; do ip link set ${n##*/} up; done; echo NIC $(cat /sys/class/net/eth*/address) $(cat /sys/class/net/eth*/carrier) END\n',
    /NIC (\S*) ?(\S*) ?END\r/,
  );
  return mac === '' ? null : { mac: mac.replaceAll(':', '').toUpperCase(), link };
};

/* K30 with an operating system: what a fork's guest sees of its network adapter, and what its source goes on with. */
test('K30 forks of a Linux guest come up with addresses of their own on the network, or stay without it', async () => {
  await using host = await WireHost.open('qemu');
  const snapshots = new WireSnapshots(host);
  const { gen1 } = await linuxImages();
  const network = await host.row('SELECT * FROM Msvm_VirtualEthernetSwitch');
  const id = await host.machines.create({
    name: 'net',
    generation: 1,
    memoryMb: 256,
    processors: 1,
    disks: [await host.bootDisk('net', 'qcow2', gen1)],
    isos: [],
    switch: textOf(network.properties['ElementName']),
    serial: '\\\\.\\pipe\\net',
    secureBoot: false,
    notes: '',
  });
  await host.standardCheckpoints(id);
  await host.change(id, 2);
  /** As the settings say. */
  const address = async (machine: string): Promise<string> => {
    const [port] = await host.below(machine, 'Msvm_SyntheticEthernetPortSettingData');
    return textOf((port ?? assert.fail('an adapter')).properties['Address']) ?? '';
  };
  using source = await host.serial('net');
  await source.expect(/VSMS-READY/, BOOT_LIMIT_MS);
  assert.deepEqual(await seenBy(source), { mac: await address(id), link: '1' });
  const checkpoint = (await snapshots.take(id)).slice('Microsoft:'.length);
  const fork = (name: string, disconnected: boolean): Promise<readonly string[]> =>
    new Checkpoints(host.client).fork(checkpoint, { name, count: 1, start: true, disconnected, overcommit: false }, {});
  const macs = new Set([await address(id)]);
  for (const disconnected of [false, true]) {
    const name = disconnected ? 'apart' : 'beside';
    const [forked = ''] = await fork(name, disconnected);
    const own = await address(forked);
    assert.ok(!macs.has(own), 'an address of its own');
    macs.add(own);
    using line = await host.serial('net-1');
    await host.until('the guest has its own address', async () => (await seenBy(line))?.mac === own);
    await host.until('its link is as asked', async () => (await seenBy(line))?.link === (disconnected ? '0' : '1'));
    if (!disconnected)
      await line.ask('udhcpc -q -n -i eth0 -s /etc/udhcpc >/dev/null 2>&1 && echo LEASED\n', /LEASED\r/);
    await host.change(forked, 3);
    await host.machines.delete(forked);
  }
  assert.deepEqual(await seenBy(source), { mac: await address(id), link: '1' }, 'the source has noticed nothing');
});

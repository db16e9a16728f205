/** A whole service and its switches over the wire, run in a network of its own by switch-guests.test.ts. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NetworkAdapters } from '../../src/client/network-adapters.ts';
import { VirtualSwitches } from '../../src/client/switches.ts';
import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { REQUESTS } from '../../src/client/machine.ts';
import { copyImage, nanoImage } from '../guests/guest-images.ts';
import { Service } from '../kit/service.ts';

const devices = (): readonly string[] => readdirSync('/sys/class/net');
const bridgeOf = (device: string): string =>
  /master (\S+)/.exec(execFileSync('ip', ['link', 'show', 'dev', device], { encoding: 'utf8' }))?.[1] ?? 'none';
const tap = (): string => devices().find((name) => /^vsms[0-9a-f]{11}$/.test(name)) ?? assert.fail('a tap');
const bridges = (prefix: string): readonly string[] => devices().filter((name) => name.startsWith(prefix));

{
  await using service = await Service.start({ hypervisor: 'qemu', environment: { VSMS_NAT_SWITCH: 'bridge' } });
  const disks = join(service.dataDirectory, 'disks');
  await mkdir(disks, { recursive: true });
  const disk = await copyImage(await nanoImage(), join(disks, 'disk.img'));
  const client = service.client();
  const [machines, switches, adapters] = [
    new VirtualMachines(client),
    new VirtualSwitches(client),
    new NetworkAdapters(client),
  ];
  const [nat = assert.fail('the NAT switch has a network')] = bridges('vsn');
  const lab = await switches.create({ name: 'lab', notes: '', adapter: null, host: false });
  const id = await machines.create({
    name: 'one',
    generation: 1,
    memoryMb: 64,
    processors: 1,
    disks: [disk],
    isos: [],
    switch: 'Default Switch',
    serial: null,
    secureBoot: false,
    notes: '',
  });
  await machines.request(id, REQUESTS.start);
  assert.equal(bridgeOf(tap()), nat);
  const move = async (to: string): Promise<void> => {
    const [nic = assert.fail('an adapter')] = await adapters.list(id);
    await adapters.connect(id, nic, to);
  };
  await move(lab);
  const [bridge = assert.fail('a bridge')] = bridges('vsw');
  assert.equal(bridgeOf(tap()), bridge);
  // The service goes and comes: the machine stays where it is, and so do the switches.
  await service.stop();
  await service.run();
  assert.deepEqual([bridgeOf(tap()), bridges('vsn'), bridges('vsw')], [bridge, [nat], [bridge]]);
  // As after a boot: the devices are gone, and are made again.
  await service.stop();
  execFileSync('ip', ['link', 'delete', 'dev', nat]);
  await service.run();
  assert.deepEqual(bridges('vsn'), [nat]);
  await new VirtualSwitches(service.client()).delete(lab);
  assert.equal(bridgeOf(tap()), 'none', 'the machine runs on, disconnected');
  await new VirtualMachines(service.client()).request(id, REQUESTS.stop);
  assert.deepEqual([bridges('vsms'), bridges('vsw')], [[], []]);
}
process.exit(0);

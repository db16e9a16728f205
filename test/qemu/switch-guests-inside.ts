/** Real guests on switches, run in a network of its own by switch-guests.test.ts. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { NO_RULES, type PortRules, type SwitchNetwork } from '../../src/core/networks/host-network.ts';
import type { Machine } from '../../src/core/ports.ts';
import type { AdapterSpec, MachineSpec } from '../../src/core/machine-spec.ts';
import { openLinuxNetwork } from '../../src/qemu/networks/linux-network.ts';
import { tapName } from '../../src/qemu/supervise/taps.ts';
import { copyImage, linuxImages } from '../guests/guest-images.ts';
import { Station } from '../kit/own-network.ts';
import { fresh, ideDisk, machineSpec, SerialLine, TestHost } from './kit.ts';

const SWITCH: SwitchNetwork = { id: 'A', bridge: 'vsw0123456789ab', uplink: null, internal: [], nat: null };
const MACS = ['00155D000001', '00155D000002'] as const;
const READY = /VSMS-READY ([^\r\n]*)\r/;
const BOOT_LIMIT_MS = 180_000;

const images = await linuxImages();
const network = await openLinuxNetwork();
await network.apply(SWITCH);

const adapter = (index: 0 | 1, changes: Partial<PortRules> = {}): AdapterSpec => ({
  id: 'nic',
  mac: MACS[index],
  emulated: false,
  network: { kind: 'bridge', bridge: SWITCH.bridge, rules: { ...NO_RULES, onlyMac: MACS[index], ...changes } },
});

interface Guest {
  readonly machine: Machine;
  readonly spec: MachineSpec;
  readonly line: SerialLine;
}

{
  await using host = await TestHost.make();
  // One of them knows which ports watch each other.
  const hypervisor = await host.hypervisor('auto', { network });
  const boot = async (index: 0 | 1): Promise<Guest> => {
    const disk = await copyImage(images.gen1, host.path(`system${index}.raw`));
    const base = machineSpec(host, { disks: [ideDisk(disk)], adapters: [adapter(index)] });
    const id = base.id.replace(/.$/, String(index));
    const spec: MachineSpec = {
      ...base,
      id,
      smbios: { ...base.smbios, uuid: id },
      memory: { mb: 192, dynamic: null },
      runDirectory: `${base.runDirectory}${index}`,
      serialPorts: [{ id: 'com1', socket: host.path(`com${index}`) }],
    };
    const machine = host.keep(await hypervisor.start(spec, fresh));
    const line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.expect(READY, BOOT_LIMIT_MS);
    await line.ask(`ip addr add 10.77.0.${index + 1}/24 dev eth0; echo ADDRESSED\n`, /ADDRESSED\r/);
    return { machine, spec, line };
  };
  const [one, two] = await Promise.all([boot(0), boot(1)]);
  let asked = 0;
  const reaches = async (): Promise<boolean> => {
    const mark = `P${++asked}`;
    one.line.write(`ping -c 3 -W 2 10.77.0.2 >/dev/null 2>&1; echo ${mark}-$?\n`);
    return (await one.line.expect(new RegExp(`${mark}-(\\d+)\\r`)))[1] === '0';
  };
  assert.equal(await reaches(), true, 'two guests on a private switch');
  {
    // What a guest sends and gets comes to a port that watches it.
    using watcher = new Station(9, '00:15:5d:00:00:09', null);
    const place = { device: watcher.device, bridge: SWITCH.bridge };
    await network.plug({
      ...place,
      rules: { ...NO_RULES, onlyMac: '00155D000009', monitor: { role: 'destination', session: 0 } },
    });
    watcher.run(
      'nft',
      `add table netdev w; add chain netdev w c { type filter hook ingress device "${watcher.far}" priority 0; }; ` +
        'add rule netdev w c ip saddr 10.77.0.1 icmp type echo-request counter; add rule netdev w c ip daddr 10.77.0.1 icmp type echo-reply counter',
    );
    const seen = (): readonly number[] =>
      [...watcher.run('nft', 'list table netdev w').matchAll(/packets (\d+)/g)].map(([, count]) => Number(count));
    assert.equal(await reaches(), true);
    assert.deepEqual(seen(), [0, 0], 'nobody is watched yet');
    await one.machine.connectAdapter(adapter(0, { monitor: { role: 'source', session: 0 } }));
    assert.equal(await reaches(), true);
    assert.ok(
      seen().every((count) => count > 0),
      seen().join(),
    );
    await one.machine.connectAdapter(adapter(0));
    const before = seen();
    assert.equal(await reaches(), true);
    assert.deepEqual(seen(), before);
    await network.unplug(place.device);
  }
  const denied: PortRules['filters'] = [
    {
      direction: 'sent',
      verdict: 'deny',
      family: 'ipv4',
      local: null,
      remote: '10.77.0.2/32',
      protocol: null,
      localPorts: [],
      remotePorts: [],
    },
  ];
  await one.machine.connectAdapter(adapter(0, { filters: denied }));
  assert.equal(await reaches(), false, 'an access rule refuses them');
  await one.machine.connectAdapter(adapter(0));
  assert.equal(await reaches(), true, 'and does so no more');
  await one.machine.connectAdapter(adapter(0, { vlan: 42 }));
  assert.equal(await reaches(), false, 'one is in a VLAN');
  await two.machine.connectAdapter(adapter(1, { vlan: 42 }));
  assert.equal(await reaches(), true, 'both are in the VLAN');
  await two.machine.connectAdapter({ ...adapter(1), network: { kind: 'none' } });
  assert.equal(await reaches(), false, 'one is disconnected');

  const tap = tapName(one.spec.id, 'nic');
  const rules = (): string => execFileSync('nft', ['list', 'ruleset'], { encoding: 'utf8' });
  assert.equal(rules().includes(tap), true);
  one.line[Symbol.dispose]();
  two.line[Symbol.dispose]();
  await one.machine.turnOff();
  // A machine that dies takes its rules along when it is cleared away.
  process.kill(two.machine.process.pid, 'SIGKILL');
}
assert.equal(/vsms[0-9a-f]{11}/.test(execFileSync('nft', ['list', 'ruleset'], { encoding: 'utf8' })), false);
assert.equal(
  /vs(ms|v)[0-9a-f]{9}/.test(execFileSync('ip', ['link'], { encoding: 'utf8' })),
  false,
  'no tap and no VLAN is left',
);
await network.remove(SWITCH);
process.exit(0);

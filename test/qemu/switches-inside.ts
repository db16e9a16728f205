/** What a host's own kernel makes of switches, run in a network of its own by switches.test.ts; the first argument chooses. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  NO_RULES,
  type PortRules,
  type PortTraffic,
  type SwitchNetwork,
} from '../../src/core/networks/host-network.ts';
import { readHostBridges } from '../../src/core/networks/host-bridges.ts';
import { openLinuxNetwork } from '../../src/qemu/networks/linux-network.ts';
import { DomainError } from '../../src/core/errors.ts';
import { Station } from '../kit/own-network.ts';

const A = '00:15:5d:00:00:01';
const B = '00:15:5d:00:00:02';
const rulesOf = (mac: string, changes: Partial<PortRules> = {}): PortRules => ({
  ...NO_RULES,
  onlyMac: mac.replaceAll(':', '').toUpperCase(),
  ...changes,
});
const SWITCH: SwitchNetwork = { id: 'A', bridge: 'vsw0123456789ab', uplink: null, internal: [], nat: null };
const INTERNAL = { device: 'vsi0123456789ab', end: 'vsp0123456789ab', mac: '00155D0000AA', rules: NO_RULES };

const sh = (command: string): string => execFileSync('sh', ['-c', command], { encoding: 'utf8' });
const serves = (pid: string): boolean => {
  try {
    return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(`pid-file=${directory}`);
  } catch {
    return false;
  }
};
const devices = (): readonly string[] => readdirSync('/sys/class/net').toSorted();
const ruleset = (): string => sh('nft list ruleset');

const directory = await mkdtemp(join(tmpdir(), 'vsms-networks-'));
const network = await openLinuxNetwork(directory);

const deny = (remote: string): PortRules['filters'][number] => ({
  direction: 'sent',
  verdict: 'deny',
  family: 'ipv4',
  local: null,
  remote,
  protocol: null,
  localPorts: [],
  remotePorts: [],
});

const CASES: Readonly<Record<string, () => Promise<void>>> = {
  /** Two stations on a private switch: each other, and nobody else. */
  async private() {
    const before = devices();
    await network.apply(SWITCH);
    await network.apply(SWITCH);
    using a = new Station(1, A, '10.77.0.1');
    using b = new Station(2, B, '10.77.0.2');
    sh('ip link add name mine type veth peer name other; ip address add 10.77.0.9/24 dev mine; ip link set mine up');
    await network.plug({ device: a.device, bridge: SWITCH.bridge, rules: rulesOf(A) });
    await network.plug({ device: b.device, bridge: SWITCH.bridge, rules: rulesOf(B) });
    assert.equal(a.reaches('10.77.0.2'), true, 'a reaches b');
    assert.equal(a.reaches('10.77.0.9'), false, 'the host is nobody on a private switch');
    await network.unplug(b.device);
    assert.equal(a.reaches('10.77.0.2'), false, 'b is unplugged');
    await network.unplug(a.device);
    sh('ip link delete mine');
    await network.remove(SWITCH);
    await network.remove(SWITCH);
    assert.deepEqual(
      devices().filter((name) => ![a.device, b.device].includes(name)),
      before,
    );
  },

  /** What the kernel counts at each port: bytes that one station sends come in by its port and leave by the other's. */
  async counters() {
    const host = { ...SWITCH, internal: [INTERNAL] };
    await network.apply(host);
    assert.deepEqual((await network.traffic('vsw00000000dead')).length, 0, 'a switch that is not there has no ports');
    using a = new Station(1, A, '10.77.0.1');
    using b = new Station(2, B, '10.77.0.2');
    const rules = (mac: string): PortRules => rulesOf(mac, { vlan: 5 });
    await network.plug({ device: a.device, bridge: SWITCH.bridge, rules: rules(A) });
    await network.plug({ device: b.device, bridge: SWITCH.bridge, rules: rules(B) });
    const portOf = async (device: string): Promise<PortTraffic> =>
      (await network.traffic(SWITCH.bridge)).find((port) => port.device === device) ?? assert.fail(device);
    const [before, other] = [await portOf(a.device), await portOf(b.device)];
    assert.equal((await portOf(INTERNAL.end)).leadsTo, 'host');
    for (let times = 0; times < 3; times++) assert.equal(a.reaches('10.77.0.2'), true);
    const [after, there] = [await portOf(a.device), await portOf(b.device)];
    const frames = after.received.frames - before.received.frames;
    assert.ok(frames >= 3, `${frames} frames came in`);
    assert.ok(after.received.bytes - before.received.bytes >= 3 * 60);
    assert.ok(there.sent.frames - other.sent.frames >= 3, 'and left by the other port');
    await network.unplug(a.device);
    assert.deepEqual(
      (await network.traffic(SWITCH.bridge)).map(({ device }) => device).toSorted(),
      [b.device, INTERNAL.end].toSorted(),
    );
    await network.unplug(b.device);
    await network.remove(host);
  },

  /** The host is a station on an internal switch; what the service makes is not shown as a bridge that was found. */
  async internal() {
    await network.apply({ ...SWITCH, internal: [INTERNAL] });
    sh(`ip address add 10.77.0.9/24 dev ${INTERNAL.device}`);
    using a = new Station(1, A, '10.77.0.1');
    await network.plug({ device: a.device, bridge: SWITCH.bridge, rules: rulesOf(A) });
    assert.equal(a.reaches('10.77.0.9'), true);
    sh('ip link add name found type bridge');
    assert.deepEqual(await readHostBridges(), ['found']);
    await network.apply(SWITCH);
    assert.equal(a.reaches('10.77.0.9'), false, 'the port to the host is gone');
    assert.equal(devices().includes(INTERNAL.device), false);
  },

  /** An adapter of the host leads out; one by which the host is reached is not taken from it. */
  async external() {
    sh('ip link add name up0 type veth peer name out0; ip link set out0 up; ip address add 10.77.0.9/24 dev out0');
    sh('ip link add name own0 type veth peer name own1; ip address add 192.0.2.1/24 dev own0');
    const found = (await network.adapters()).map(({ device }) => device);
    assert.deepEqual(
      ['up0', 'own0'].filter((device) => !found.includes(device)),
      [],
    );
    await network.apply({ ...SWITCH, uplink: 'up0' });
    using a = new Station(1, A, '10.77.0.1');
    await network.plug({ device: a.device, bridge: SWITCH.bridge, rules: rulesOf(A) });
    assert.equal(a.reaches('10.77.0.9'), true);
    await assert.rejects(
      network.apply({ ...SWITCH, uplink: 'own0' }),
      (error) => error instanceof DomainError && error.code === 'invalidState' && /192\.0\.2\.1/.test(error.message),
    );
    assert.equal(a.reaches('10.77.0.9'), true, 'the old adapter stays');
    await network.apply({ ...SWITCH, uplink: null });
    assert.equal(a.reaches('10.77.0.9'), false);
    await network.remove(SWITCH);
    assert.equal(devices().includes('up0'), true, 'an adapter of the host is never removed');
  },

  async vlans() {
    await network.apply({ ...SWITCH, internal: [{ ...INTERNAL, rules: { ...NO_RULES, vlan: 42 } }] });
    sh(`ip address add 10.77.0.9/24 dev ${INTERNAL.device}`);
    using a = new Station(1, A, '10.77.0.1');
    using b = new Station(2, B, '10.77.0.2');
    await network.plug({ device: a.device, bridge: SWITCH.bridge, rules: rulesOf(A, { vlan: 42 }) });
    await network.plug({ device: b.device, bridge: SWITCH.bridge, rules: rulesOf(B) });
    assert.deepEqual([a.reaches('10.77.0.2'), a.reaches('10.77.0.9')], [false, true]);
    await network.plug({ device: b.device, bridge: SWITCH.bridge, rules: rulesOf(B, { vlan: 43 }) });
    assert.equal(a.reaches('10.77.0.2'), false, 'another VLAN');
    await network.plug({ device: b.device, bridge: SWITCH.bridge, rules: rulesOf(B, { vlan: 42 }) });
    assert.equal(a.reaches('10.77.0.2'), true, 'the same VLAN');
    const vlans = (): number => devices().filter((name) => name.startsWith('vsv')).length;
    assert.equal(vlans(), 1, 'the bridge of a VLAN goes with its last port');
    sh('ip link add name up0 type veth peer name out0');
    if (network.lacks('taggedUplink') !== null)
      await assert.rejects(
        network.apply({ ...SWITCH, uplink: 'up0' }),
        (error) => error instanceof DomainError && error.code === 'notSupported' && /802\.1q/.test(error.message),
      );
    await network.remove(SWITCH);
    assert.equal(vlans(), 0);
  },

  /** Addresses, guards and access rules; and nothing of them is left. */
  async rules() {
    await network.apply(SWITCH);
    using a = new Station(1, A, '10.77.0.1');
    using b = new Station(2, B, '10.77.0.2');
    await network.plug({ device: b.device, bridge: SWITCH.bridge, rules: rulesOf(B) });
    const plug = (changes: Partial<PortRules>): Promise<void> =>
      network.plug({ device: a.device, bridge: SWITCH.bridge, rules: rulesOf(A, changes) });
    await plug({});
    assert.equal(a.reaches('10.77.0.2'), true);
    await plug({ filters: [deny('10.77.0.2/32')] });
    assert.equal(a.reaches('10.77.0.2'), false, 'denied');
    await plug({ filters: [{ ...deny('10.77.0.2/32'), verdict: 'allow' }, deny('10.77.0.0/16')] });
    assert.equal(a.reaches('10.77.0.2'), true, 'the first that fits decides');
    await plug({ filters: [{ ...deny('10.77.0.2/32'), direction: 'received' }] });
    assert.equal(a.reaches('10.77.0.2'), false, 'its answers are denied');
    const tcp = { ...deny('10.77.0.2/32'), protocol: 6, remotePorts: [{ first: 80, last: 80 }] };
    await plug({
      filters: [
        tcp,
        { ...tcp, family: 'ipv6', remote: 'fe80::/10' },
        { ...deny(''), family: 'mac', remote: '00:15:5d:00:00:09' },
      ],
    });
    assert.equal(a.reaches('10.77.0.2'), true, 'TCP only');
    a.setMac('00:15:5d:00:00:77');
    b.run('ip', 'neighbour', 'flush', 'all');
    assert.equal(a.reaches('10.77.0.2'), false, 'an address that is not its own');
    await plug({ onlyMac: null });
    assert.equal(a.reaches('10.77.0.2'), true, 'AllowMacSpoofing');
    await network.unplug(a.device);
    await network.unplug(b.device);
    await network.unplug(b.device);
    for (const { device } of [a, b]) assert.equal(ruleset().includes(device), false, 'no rule outlives its port');
  },

  async guards() {
    await network.apply(SWITCH);
    using server = new Station(1, A, '10.77.0.1');
    using client = new Station(2, B, null);
    sh(
      `printf 'start 10.77.0.50\\nend 10.77.0.60\\ninterface ${server.far}\\nlease_file /dev/null\\npidfile /dev/null\\n' >/run/udhcpd.test`,
    );
    const offers = (tries: number): boolean => {
      try {
        client.run(
          'busybox',
          'udhcpc',
          '-q',
          '-n',
          '-t',
          String(tries),
          '-T',
          '1',
          '-i',
          client.far,
          '-s',
          '/bin/true',
        );
        return true;
      } catch {
        return false;
      }
    };
    await network.plug({ device: client.device, bridge: SWITCH.bridge, rules: rulesOf(B) });
    await network.plug({ device: server.device, bridge: SWITCH.bridge, rules: rulesOf(A) });
    using _daemon = server.start('busybox', 'udhcpd', '-f', '/run/udhcpd.test');
    assert.equal(offers(20), true, 'a server answers');
    await network.plug({ device: server.device, bridge: SWITCH.bridge, rules: rulesOf(A, { dhcpGuard: true }) });
    assert.equal(offers(3), false, 'a guarded one does not');
  },

  /** The rate is the kernel's business; that all goes through its bucket is ours. */
  async limits() {
    await network.apply(SWITCH);
    using a = new Station(1, A, '10.77.0.1');
    using b = new Station(2, B, '10.77.0.2');
    const limit = { bitsPerSecond: 1_000_000, burstBytes: 32_768 };
    await network.plug({ device: a.device, bridge: SWITCH.bridge, rules: rulesOf(A, { limit }) });
    await network.plug({ device: b.device, bridge: SWITCH.bridge, rules: rulesOf(B) });
    assert.equal(a.reaches('10.77.0.2'), true);
    const bucket = (): string => sh('tc -s qdisc show | grep -A1 tbf || true');
    assert.match(bucket(), /rate 1Mbit burst 32Kb/);
    assert.match(bucket(), /Sent [1-9]\d* bytes/);
    await network.plug({
      device: a.device,
      bridge: SWITCH.bridge,
      rules: rulesOf(A, { limit: { ...limit, bitsPerSecond: 2_000_000 } }),
    });
    assert.match(bucket(), /rate 2Mbit/);
    await network.plug({ device: a.device, bridge: SWITCH.bridge, rules: rulesOf(A) });
    assert.equal(a.reaches('10.77.0.2'), true);
    assert.deepEqual([bucket(), devices().filter((name) => name.startsWith('vsf'))], ['', []]);
  },

  /** What a source sends and gets comes to the destinations of its switch and session, in its VLAN or not, limited or not. */
  async mirrors() {
    const other: SwitchNetwork = { ...SWITCH, id: 'B', bridge: 'vsw0123456789ac' };
    await network.apply(SWITCH);
    await network.apply(other);
    using a = new Station(1, A, '10.77.0.1');
    using b = new Station(2, B, '10.77.0.2');
    using same = new Station(3, '00:15:5d:00:00:03', null);
    using vlan = new Station(4, '00:15:5d:00:00:04', null);
    using session = new Station(5, '00:15:5d:00:00:05', null);
    using elsewhere = new Station(6, '00:15:5d:00:00:06', null);
    const watchers = [same, vlan, session, elsewhere];
    for (const station of watchers)
      station.run(
        'nft',
        `add table netdev w; add chain netdev w c { type filter hook ingress device "${station.far}" priority 0; }; ` +
          'add rule netdev w c ip saddr 10.77.0.1 ip daddr 10.77.0.2 icmp type echo-request counter; ' +
          'add rule netdev w c ip saddr 10.77.0.2 ip daddr 10.77.0.1 icmp type echo-reply counter',
      );
    const seen = (station: Station): readonly number[] =>
      [...station.run('nft', 'list table netdev w').matchAll(/packets (\d+)/g)].map(([, count]) => Number(count));
    const pinged = (): readonly string[] => {
      const before = watchers.map(seen);
      assert.equal(a.reaches('10.77.0.2'), true);
      return watchers.map((station, index) =>
        seen(station)
          .map((count, way) => (count > (before[index]?.[way] ?? 0) ? 'seen' : 'none'))
          .join(),
      );
    };
    const [both, none] = ['seen,seen', 'none,none'];
    const plug = (station: Station, mac: string, changes: Partial<PortRules>, on = network, bridge = SWITCH.bridge) =>
      on.plug({ device: station.device, bridge, rules: rulesOf(mac, changes) });
    const watcher = (number: number): string => `00:15:5d:00:00:0${number}`;
    const destination = { role: 'destination', session: 0 } as const;
    const source = { role: 'source', session: 0 } as const;

    await plug(same, watcher(3), { monitor: destination });
    await plug(a, A, { monitor: source });
    await plug(b, B, {});
    await plug(vlan, watcher(4), { vlan: 7, monitor: destination });
    await plug(session, watcher(5), { monitor: { ...destination, session: 9 } });
    await plug(elsewhere, watcher(6), { monitor: destination }, network, other.bridge);
    assert.deepEqual(pinged(), [both, both, none, none]);
    const limit = { bitsPerSecond: 10_000_000, burstBytes: 32_768 };
    await plug(a, A, { monitor: source, limit });
    assert.deepEqual(pinged(), [both, both, none, none], 'limited');
    assert.match(sh('tc -s qdisc show | grep -A1 tbf'), /Sent [1-9]\d* bytes/);
    await plug(same, watcher(3), { monitor: { ...destination, session: 1 } });
    await plug(session, watcher(5), { monitor: { ...destination, session: 0 } });
    assert.deepEqual(pinged(), [none, both, both, none], 'other sessions');
    await network.unplug(vlan.device);
    await plug(a, A, { monitor: source });
    assert.deepEqual(pinged(), [none, none, both, none], 'one is gone');
    // Another service, which knows what the kernel knows.
    const next = await openLinuxNetwork(directory);
    await plug(same, watcher(3), { monitor: destination }, next);
    assert.deepEqual(pinged(), [both, none, both, none], 'after a restart');
    await plug(a, A, {}, next);
    assert.deepEqual(pinged(), [none, none, none, none], 'no source any more');
    await plug(a, A, { monitor: source }, next);
    for (const station of [same, session, elsewhere, b]) await next.unplug(station.device);
    assert.doesNotMatch(sh(`tc qdisc show dev ${a.device}`), /clsact/);
    await next.unplug(a.device);
    assert.doesNotMatch(sh('nft list table bridge vsms_mirrors'), /elements/);
  },

  /** Address, name server and way out for a station; nobody comes in to it; and all of it goes again. */
  async nat() {
    const { gateway, prefix } = await network.freeNetwork();
    assert.match(gateway, /^172\.(1[6-9]|2\d|3[01])\.\d+\.1$/);
    const wanted: SwitchNetwork = { ...SWITCH, bridge: 'vsn0123456789ab', nat: { gateway, prefix } };
    await network.apply(wanted);
    await network.apply(wanted);
    using outside = new Station(9, '00:15:5d:00:00:99', '192.0.2.9');
    sh(`ip address add 192.0.2.1/24 dev ${outside.device}; ip link set ${outside.device} up`);
    using a = new Station(1, A, null);
    await network.plug({ device: a.device, bridge: wanted.bridge, rules: rulesOf(A) });
    const script = join(directory, 'lease');
    const lines = [
      '#!/bin/sh',
      '[ "$1" = bound ] || exit 0',
      'ip address add $ip/$subnet dev $interface; ip route add default via $router',
      `echo $ip $router $dns $domain >${directory}/got`,
    ];
    await writeFile(script, lines.join('\n'), { mode: 0o755 });
    a.run('busybox', 'udhcpc', '-q', '-n', '-t', '5', '-T', '1', '-i', a.far, '-s', script);
    const [address = '', router, dns, domain] = (await readFile(join(directory, 'got'), 'utf8')).trim().split(' ');
    assert.deepEqual([router, dns, domain], [gateway, gateway, 'mshome.net']);
    assert.match(
      a.run('busybox', 'nslookup', '-type=a', 'host.mshome.net', gateway),
      new RegExp(gateway.replaceAll('.', '\\.')),
    );
    assert.equal(a.reaches('192.0.2.9'), true, 'the way out');
    outside.run('ip', 'route', 'add', 'default', 'via', '192.0.2.1');
    assert.equal(outside.reaches(address), false, 'no way in');
    const another = await network.freeNetwork();
    assert.notEqual(another.gateway, gateway, 'a network that is in use is not free');
    await network.unplug(a.device);
    await network.remove(wanted);
    await network.remove(wanted);
    assert.equal(devices().includes(wanted.bridge), false);
    assert.equal(/172\./.test(ruleset()), false);
    assert.equal(
      readdirSync('/proc').some((pid) => serves(pid)),
      false,
      'no server is left',
    );
  },

  /** A device of the name that is somebody else's is neither used nor removed. */
  async foreign() {
    sh(`ip link add name ${SWITCH.bridge} type bridge; ip link add name x type veth peer name y`);
    sh(`ip link set x master ${SWITCH.bridge}`);
    for (const work of [network.apply(SWITCH), network.remove(SWITCH)])
      await assert.rejects(work, (error) => error instanceof DomainError && error.code === 'inUse');
    assert.equal(devices().includes(SWITCH.bridge), true);
    for (const name of ['--help', '-all', 'a b', 'x'.repeat(16), '', 'eth0;id', '../eth0'])
      await assert.rejects(
        network.plug({ device: name, bridge: SWITCH.bridge, rules: null }),
        (error) => error instanceof DomainError && error.code === 'invalidParameter',
        name,
      );
  },
};

try {
  await (CASES[process.argv[2] ?? ''] ?? assert.fail('no such case'))();
} finally {
  await rm(directory, { recursive: true });
}
process.exit(0);

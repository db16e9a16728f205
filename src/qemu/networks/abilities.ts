import { setTimeout as sleep } from 'node:timers/promises';
import type { NetworkFeature } from '../../core/networks/host-network.ts';
import { runCommand } from '../supervise/run-command.ts';
import { cameOfShortage } from '../supervise/shortage.ts';

interface Ability {
  readonly feature: NetworkFeature;
  readonly program: string;
  /** What the tool is asked to do in an empty network of its own: nothing of the host is touched. */
  readonly script: string;
  readonly lack: string;
}

const PAIR = 'link add name probe0 type veth peer name probe1\n';

const ABILITIES: readonly Ability[] = [
  {
    feature: 'switches',
    program: 'ip',
    script: `${PAIR}link add name probe2 type bridge\nlink set dev probe0 master probe2 up\ntuntap add dev probe3 mode tap\n`,
    lack: 'Switches need a kernel with bridges, veth and tap devices, and the program ip (package iproute2). Install them, or use the default NAT switch.',
  },
  {
    feature: 'taggedUplink',
    program: 'ip',
    script: `${PAIR}link add link probe0 name probe2 type vlan id 5\n`,
    lack: 'This kernel has no 802.1q devices, so no VLAN leads out of the host. Use a private or internal switch, or a kernel with the module 8021q.',
  },
  {
    feature: 'filters',
    program: 'nft',
    script:
      'add table bridge p\nadd chain bridge p c { type filter hook prerouting priority -200; }\n' +
      'add rule bridge p c vlan id 1-4095 drop\nadd rule bridge p c ether type ip udp sport 67 drop\n',
    lack: 'Access rules and guards need the program nft (package nftables) and a kernel with its bridge family. Install them.',
  },
  {
    feature: 'bandwidthLimits',
    program: 'tc',
    script:
      'qdisc add dev lo root tbf rate 1mbit burst 32k latency 50ms\nqdisc add dev lo clsact\n' +
      'filter add dev lo ingress protocol all prio 1 u32 match u32 0 0 action mirred egress redirect dev lo\n',
    lack: 'Bandwidth limits need the program tc (package iproute2) and a kernel with tbf, clsact, u32 and mirred. Install them.',
  },
  {
    feature: 'mirroring',
    program: 'tc',
    script:
      'qdisc add dev lo clsact\nfilter add dev lo ingress protocol all prio 1 u32 match u32 0 0 action mirred egress mirror dev lo\n' +
      'filter add dev lo egress protocol all prio 1 u32 match u32 0 0 action mirred egress mirror dev lo\n',
    lack: 'Port mirroring needs the program tc (package iproute2) and a kernel with clsact, u32 and mirred. Install them, or set MonitorMode to 0.',
  },
];

const NAT: Ability = {
  feature: 'nat',
  program: 'nft',
  script:
    'add table ip p\nadd chain ip p c { type nat hook postrouting priority 100; }\nadd rule ip p c masquerade\n' +
    'add chain ip p d { type filter hook forward priority 0; }\nadd rule ip p d ct state established accept\n',
  lack: 'A NAT network of the host needs the programs nft and dnsmasq (packages nftables and dnsmasq-base), and a kernel with connection tracking. Install them.',
};

const FROM_STDIN: Readonly<Record<string, readonly string[]>> = {
  ip: ['-batch', '-'],
  tc: ['-batch', '-'],
  nft: ['-f', '-'],
};

const NO_ROOT =
  'Only a service that runs as root can make and change switches. Use the default NAT switch, or run the service as root.';
const IN_PROCESS =
  'The NAT switch of this host works inside the process of each machine, where no rules can be applied. Connect the adapter to another switch first.';

/** The answer is kept as long as the service lives: a host that is short of something for a moment is asked again. */
const TRIES = 20;
const PAUSE_MS = 100;

async function succeeds(program: string, args: readonly string[], input?: string): Promise<boolean> {
  for (let left = TRIES; ; left--) {
    try {
      await runCommand(program, args, input === undefined ? {} : { input });
      return true;
    } catch (error) {
      if (left === 0 || !cameOfShortage(error)) return false;
    }
    await sleep(PAUSE_MS);
  }
}

/** What this host cannot do, with the reason; found out by doing it out of everybody's way. */
export async function findLacks(): Promise<ReadonlyMap<NetworkFeature, string>> {
  const lacks = new Map<NetworkFeature, string>([['userModeRules', IN_PROCESS]]);
  if (process.getuid?.() !== 0) {
    for (const { feature } of [...ABILITIES, NAT]) lacks.set(feature, NO_ROOT);
    return lacks;
  }
  await Promise.all(
    [...ABILITIES, NAT].map(async ({ feature, program, script, lack }) => {
      const args = ['--net', '--', program, ...(FROM_STDIN[program] ?? [])];
      if (!(await succeeds('unshare', args, script))) lacks.set(feature, lack);
    }),
  );
  // Which ports take part is kept where rules are.
  const rules = lacks.get('filters');
  if (rules !== undefined) lacks.set('mirroring', rules);
  if (!(await succeeds('dnsmasq', ['--version']))) lacks.set('nat', NAT.lack);
  return lacks;
}

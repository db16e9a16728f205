import { mkdir, writeFile } from 'node:fs/promises';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import type { NatNetwork } from '../../core/model.ts';
import { endProcessOfPidFile, processOfPidFile } from '../supervise/pid-file.ts';
import { runCommand } from '../supervise/run-command.ts';
import { deviceArgument } from './device-names.ts';
import { ip } from './devices.ts';

/** Windows takes a /20 of this range for its Default Switch, another one at each boot; ours stays. */
const RANGE = '172.16.0.0';
const PREFIX = 20;
const NETWORKS = 256;

const TABLE = 'ip vsms';

/** Connections of the networks get the host's address; none comes in to them that they did not begin. */
const GROUND = `
add table ${TABLE}
add set ${TABLE} networks { type ipv4_addr; flags interval; }
add set ${TABLE} bridges { type ifname; }
add chain ${TABLE} leaving { type nat hook postrouting priority 100; }
add chain ${TABLE} passing { type filter hook forward priority 0; }
flush chain ${TABLE} leaving
flush chain ${TABLE} passing
add rule ${TABLE} leaving ip saddr @networks oifname != @bridges masquerade
add rule ${TABLE} passing oifname @bridges ct state established,related accept
add rule ${TABLE} passing oifname @bridges drop
`;

const nft = (script: string): Promise<string> => runCommand('nft', ['-f', '-'], { input: script });

/** Gives the bridge of a NAT switch its gateway, translation, DHCP and DNS. May be repeated. */
export async function openNat(bridge: string, nat: NatNetwork, directory: string): Promise<void> {
  const name = deviceArgument(bridge);
  const gateway = addressText(nat.gateway);
  await ip('address', 'replace', `${gateway}/${nat.prefix}`, 'dev', name);
  await ip('link', 'set', 'dev', name, 'arp', 'on');
  await nft(
    `${GROUND}add element ${TABLE} networks { ${networkOf(nat)} }\nadd element ${TABLE} bridges { "${name}" }\n`,
  );
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
  await startDnsmasq(name, nat, directory);
}

/** Also where there is none. */
export async function closeNat(bridge: string, nat: NatNetwork, directory: string): Promise<void> {
  const name = deviceArgument(bridge);
  await endProcessOfPidFile(pidFile(directory, name));
  const elements = [`networks { ${networkOf(nat)} }`, `bridges { "${name}" }`];
  // What is added can be taken away, whether or not it was there.
  const script = elements.map((one) => `add element ${TABLE} ${one}\ndelete element ${TABLE} ${one}\n`).join('');
  await nft(`${GROUND}${script}`);
}

const pidFile = (directory: string, bridge: string): string => join(directory, `${bridge}.pid`);

/** It outlives the service, as machines do; one that runs is left alone. Names of guests are in mshome.net, as on Windows. */
async function startDnsmasq(bridge: string, nat: NatNetwork, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const pid = pidFile(directory, bridge);
  if ((await processOfPidFile(pid)) !== null) return;
  const first = text(number(nat.gateway) + 1);
  const last = text(number(nat.gateway) - 1 + 2 ** (32 - nat.prefix) - 2);
  await runCommand('dnsmasq', [
    '--conf-file=/dev/null',
    '--bind-interfaces',
    `--interface=${bridge}`,
    '--except-interface=lo',
    `--listen-address=${nat.gateway}`,
    `--dhcp-range=${first},${last},12h`,
    '--dhcp-authoritative',
    '--domain=mshome.net',
    '--local=/mshome.net/',
    `--address=/host.mshome.net/${nat.gateway}`,
    '--no-hosts',
    `--dhcp-leasefile=${join(directory, `${bridge}.leases`)}`,
    `--pid-file=${pid}`,
  ]);
}

interface Route {
  readonly dst?: string;
  readonly addr_info?: readonly { readonly local?: string; readonly prefixlen?: number }[];
}

/** A network that nothing of the host's own is in. @throws DomainError notAvailable */
export async function findFreeNetwork(): Promise<NatNetwork> {
  const [routes, links] = await Promise.all([
    ip('-json', '-4', 'route', 'show', 'table', 'all'),
    ip('-json', '-4', 'address', 'show'),
  ]);
  const taken = [
    ...(JSON.parse(routes) as readonly Route[]).flatMap(({ dst }) => (dst === undefined ? [] : [dst])),
    ...(JSON.parse(links) as readonly Route[])
      .flatMap(({ addr_info: held }) => held ?? [])
      .map(({ local, prefixlen }) => `${local}/${prefixlen}`),
  ];
  const begin = randomInt(NETWORKS);
  for (let step = 0; step < NETWORKS; step++) {
    const base = number(RANGE) + ((begin + step) % NETWORKS) * 2 ** (32 - PREFIX);
    const nat: NatNetwork = { gateway: text(base + 1), prefix: PREFIX };
    if (taken.every((other) => !overlaps(networkOf(nat), other))) return nat;
  }
  throw new DomainError(
    'notAvailable',
    'All networks of 172.16.0.0/12 are in use on this host, so that none is left for the NAT switch.',
  );
}

const overlaps = (network: string, other: string): boolean => {
  const [address = '', bits] = network.split('/');
  const [otherAddress = '', otherBits] = other.split('/');
  if (!/^\d+(\.\d+){3}$/.test(otherAddress)) return false;
  const shared = Math.min(Number(bits ?? 32), Number(otherBits ?? 32));
  return Math.trunc(number(address) / 2 ** (32 - shared)) === Math.trunc(number(otherAddress) / 2 ** (32 - shared));
};

const networkOf = ({ gateway, prefix }: NatNetwork): string => `${text(number(addressText(gateway)) - 1)}/${prefix}`;

/** From the store; still nothing else may reach a tool. */
const addressText = (address: string): string => {
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(address)) return address;
  throw new DomainError('failed', 'The recorded address of the NAT switch is none.');
};

const number = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const text = (value: number): string => [24, 16, 8, 0].map((shift) => Math.trunc(value / 2 ** shift) % 256).join('.');

import type { FrameFilter, PortRange, PortRules } from '../../core/networks/host-network.ts';
import { deviceArgument } from './device-names.ts';

/** Table of this service in nftables' bridge family. */
export const TABLE = 'bridge vsms';

/**
 * The ground that rules of ports stand on, made anew in one transaction each time: what a port sends is judged before the
 * bridge looks at it, what it gets when the bridge (or the host) gives it to the port. What comes up from a port that is
 * isolated does not reach the host itself.
 */
const GROUND = `
add table ${TABLE}
add map ${TABLE} senders { type ifname : verdict; }
add map ${TABLE} receivers { type ifname : verdict; }
add set ${TABLE} isolated { type ifname; }
add chain ${TABLE} sent { type filter hook prerouting priority -200; }
add chain ${TABLE} passed { type filter hook forward priority 0; }
add chain ${TABLE} given { type filter hook output priority 0; }
add chain ${TABLE} taken { type filter hook input priority 0; }
flush chain ${TABLE} sent
flush chain ${TABLE} passed
flush chain ${TABLE} given
flush chain ${TABLE} taken
add rule ${TABLE} sent iifname vmap @senders
add rule ${TABLE} passed oifname vmap @receivers
add rule ${TABLE} given oifname vmap @receivers
add rule ${TABLE} taken iifname @isolated drop
`;

/** The rules of one port, in place of those it had; `isolated`: the host is no station on its switch. */
export function filterScript(device: string, rules: PortRules, isolated: boolean): string {
  const port = names(device);
  return [
    GROUND,
    ...made(port),
    ...sentRules(rules).map((rule) => `add rule ${TABLE} ${port.sent} ${rule}`),
    ...filterRules(rules, 'received').map((rule) => `add rule ${TABLE} ${port.received} ${rule}`),
    ...(isolated ? [] : [`delete element ${TABLE} isolated { "${port.device}" }`]),
    '',
  ].join('\n');
}

/** Takes everything away that filterScript made for the port, whether or not it is there. */
export function forgetScript(device: string): string {
  const port = names(device);
  return [
    GROUND,
    ...made(port),
    `delete element ${TABLE} senders { "${port.device}" }`,
    `delete element ${TABLE} receivers { "${port.device}" }`,
    `delete element ${TABLE} isolated { "${port.device}" }`,
    `delete chain ${TABLE} ${port.sent}`,
    `delete chain ${TABLE} ${port.received}`,
    '',
  ].join('\n');
}

interface PortNames {
  readonly device: string;
  readonly sent: string;
  readonly received: string;
}

function names(device: string): PortNames {
  const safe = deviceArgument(device);
  const word = safe.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return { device: safe, sent: `sent_${word}`, received: `received_${word}` };
}

/** Empty chains for the port, in the maps: adding what is there already changes nothing. */
const made = (port: PortNames): readonly string[] => [
  `add chain ${TABLE} ${port.sent}`,
  `add chain ${TABLE} ${port.received}`,
  `flush chain ${TABLE} ${port.sent}`,
  `flush chain ${TABLE} ${port.received}`,
  `add element ${TABLE} senders { "${port.device}" : jump ${port.sent} }`,
  `add element ${TABLE} receivers { "${port.device}" : jump ${port.received} }`,
  `add element ${TABLE} isolated { "${port.device}" }`,
];

function sentRules(rules: PortRules): readonly string[] {
  const mac = rules.onlyMac === null ? null : colons(rules.onlyMac);
  return [
    // A port in access mode, or in none, sends no tags of its own.
    'vlan id 1-4095 drop',
    ...(mac === null ? [] : [`ether saddr != ${mac} drop`, `ether type arp arp saddr ether != ${mac} drop`]),
    ...(rules.dhcpGuard ? ['ether type ip udp sport 67 drop', 'ether type ip6 udp sport 547 drop'] : []),
    ...(rules.routerGuard
      ? [
          'ether type ip icmp type { redirect, router-advertisement } drop',
          'ether type ip6 icmpv6 type { nd-redirect, nd-router-advert } drop',
        ]
      : []),
    ...filterRules(rules, 'sent'),
  ];
}

const filterRules = ({ filters }: PortRules, direction: FrameFilter['direction']): readonly string[] =>
  filters.filter((filter) => filter.direction === direction).map(filterRule);

function filterRule(filter: FrameFilter): string {
  const sends = filter.direction === 'sent';
  const [source, destination] = sends ? [filter.local, filter.remote] : [filter.remote, filter.local];
  const [sourcePorts, destinationPorts] = sends
    ? [filter.localPorts, filter.remotePorts]
    : [filter.remotePorts, filter.localPorts];
  const header = { mac: 'ether', ipv4: 'ip', ipv6: 'ip6' }[filter.family];
  return [
    ...(filter.family === 'mac' ? [] : [`ether type ${header}`]),
    ...(source === null ? [] : [`${header} saddr ${source}`]),
    ...(destination === null ? [] : [`${header} daddr ${destination}`]),
    ...(filter.protocol === null ? [] : [`meta l4proto ${filter.protocol}`]),
    ...ports('sport', sourcePorts),
    ...ports('dport', destinationPorts),
    filter.verdict === 'allow' ? 'accept' : 'drop',
  ].join(' ');
}

const ports = (name: string, ranges: readonly PortRange[]): readonly string[] =>
  ranges.length === 0
    ? []
    : [
        `th ${name} { ${ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(', ')} }`,
      ];

const colons = (mac: string): string => (mac.match(/[0-9A-Fa-f]{2}/g) ?? []).join(':').toLowerCase();

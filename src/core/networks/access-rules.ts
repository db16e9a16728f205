import { deviceValue, numberValue } from '../devices/effective.ts';
import type { DeviceSetting } from '../model.ts';
import { anyNetwork, macText, networkText, portRanges, prefixOf, protocolNumber } from './addresses.ts';
import type { FrameFilter } from './host-network.ts';

/** Numbers of Msvm_EthernetSwitchPortAclSettingData and its extended sister (other-services §3). */
const INCOMING = 1;
const DENY = 2;
const METER = 3;
const LOCAL_ONLY = 1;
const REMOTE_ONLY = 2;
const FAMILIES = ['mac', 'ipv4', 'ipv6'] as const;

const text = (setting: DeviceSetting, name: string): string | null => {
  const value = deviceValue(setting, name);
  return typeof value === 'string' ? value : null;
};

const direction = (setting: DeviceSetting): FrameFilter['direction'] =>
  numberValue(setting, 'Direction') === INCOMING ? 'received' : 'sent';

const verdict = (setting: DeviceSetting): FrameFilter['verdict'] =>
  numberValue(setting, 'Action') === DENY ? 'deny' : 'allow';

/** The filter behind a port ACL; null: it only measures. Undefined: an address that is none. */
export const aclFilter = (acl: DeviceSetting): FrameFilter | null | undefined => {
  const family = FAMILIES[numberValue(acl, 'AclType') - 1] ?? 'mac';
  const applies = numberValue(acl, 'Applicability');
  const address = (side: 'Local' | 'Remote', left: boolean): string | null | undefined => {
    if (left) return null;
    const given = text(acl, `${side}Address`);
    if (family === 'mac') return macText(given);
    return networkText(family, given, numberValue(acl, `${side}AddressPrefixLength`));
  };
  const local = address('Local', applies === REMOTE_ONLY);
  const remote = address('Remote', applies === LOCAL_ONLY);
  if (local === undefined || remote === undefined) return undefined;
  if (numberValue(acl, 'Action') === METER) return null;
  return {
    direction: direction(acl),
    verdict: verdict(acl),
    family,
    local,
    remote,
    protocol: null,
    localPorts: [],
    remotePorts: [],
  };
};

/** The filters behind an extended ACL: one for each family that it is about. Undefined: something of it cannot be read. */
export const extendedAclFilters = (acl: DeviceSetting): readonly FrameFilter[] | undefined => {
  const local = anyNetwork(text(acl, 'LocalIPAddress') ?? '');
  const remote = anyNetwork(text(acl, 'RemoteIPAddress') ?? '');
  const protocol = protocolNumber(text(acl, 'Protocol') ?? '');
  const localPorts = portRanges(text(acl, 'LocalPort') ?? '');
  const remotePorts = portRanges(text(acl, 'RemotePort') ?? '');
  if (!local || !remote || protocol === undefined || !localPorts || !remotePorts) return undefined;
  const families = new Set([local.family, remote.family].filter((family) => family !== null));
  if (families.size > 1) return undefined;
  const withPorts = localPorts.length > 0 || remotePorts.length > 0;
  // Only TCP and UDP have ports; a rule with ports for any protocol is one for each of them.
  if (withPorts && protocol !== null && protocol !== TCP && protocol !== UDP) return undefined;
  const protocols = withPorts && protocol === null ? [TCP, UDP] : [protocol];
  return [...(families.size === 0 ? (['ipv4', 'ipv6'] as const) : families)].flatMap((family) =>
    protocols.map((number) => ({
      direction: direction(acl),
      verdict: verdict(acl),
      family,
      local: local.network,
      remote: remote.network,
      protocol: number,
      localPorts,
      remotePorts,
    })),
  );
};

const TCP = 6;
const UDP = 17;

/**
 * All access rules of a port in the order in which they decide: extended ones by weight, the heaviest first; then the ACLs,
 * the longest prefix first, and a prohibition before a permission of the same length, as Hyper-V does.
 */
export const accessFilters = (features: readonly DeviceSetting[]): readonly FrameFilter[] => {
  const extended = features
    .filter((feature) => feature.kind === 'extendedAcl')
    .toSorted((a, b) => numberValue(b, 'Weight') - numberValue(a, 'Weight'))
    .flatMap((feature) => extendedAclFilters(feature) ?? []);
  const plain = features
    .filter((feature) => feature.kind === 'acl')
    .flatMap((feature) => aclFilter(feature) ?? [])
    .toSorted((a, b) => precision(b) - precision(a) || Number(a.verdict === 'allow') - Number(b.verdict === 'allow'));
  return [...extended, ...plain];
};

const precision = (filter: FrameFilter): number => prefixOf(filter.local) + prefixOf(filter.remote);

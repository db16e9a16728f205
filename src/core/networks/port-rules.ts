import { deviceValue, numberValue } from '../devices/effective.ts';
import type { DeviceSetting } from '../model.ts';
import { accessFilters } from './access-rules.ts';
import type { BandwidthLimit, NetworkFeature, PortMonitor, PortRules } from './host-network.ts';

const ACCESS = 1;

/**
 * What the features of a connection mean for the frames of its port.
 * @param mac address of the adapter, 12 hex digits; null: one that is not watched (the host's own)
 */
export const portRules = (mac: string | null, features: readonly DeviceSetting[]): PortRules => {
  const find = (kind: string): DeviceSetting | undefined => features.find((feature) => feature.kind === kind);
  const security = find('portSecurity');
  const flag = (name: string): boolean => security !== undefined && deviceValue(security, name) === true;
  const monitor = monitorOf(security);
  return {
    onlyMac: flag('AllowMacSpoofing') ? null : mac,
    dhcpGuard: flag('EnableDhcpGuard'),
    routerGuard: flag('EnableRouterGuard'),
    vlan: accessVlan(find('vlan')),
    limit: bandwidthLimit(find('bandwidth')),
    filters: accessFilters(features),
    ...(monitor === null ? {} : { monitor }),
  };
};

/** MonitorMode. */
const MONITOR_ROLES: Readonly<Record<number, PortMonitor['role']>> = { 1: 'destination', 2: 'source' };

const monitorOf = (security: DeviceSetting | undefined): PortMonitor | null => {
  if (security === undefined) return null;
  const role = MONITOR_ROLES[numberValue(security, 'MonitorMode')];
  return role === undefined ? null : { role, session: numberValue(security, 'MonitorSession') };
};

/** A client that sets AccessVlanId alone means access mode; the VLAN 0 is none. */
const accessVlan = (vlan: DeviceSetting | undefined): number | null => {
  if (vlan === undefined) return null;
  const mode = numberValue(vlan, 'OperationMode');
  const id = numberValue(vlan, 'AccessVlanId');
  return id !== 0 && (mode === ACCESS || mode === 0) ? id : null;
};

/** A tenth of a second, and never less than a few frames. */
const BURST_SECONDS = 0.1;
const MINIMUM_BURST = 32_768;
/** 10 Tbit/s: what is more is no limit. */
const MAXIMUM = 10_000_000_000_000;

const bandwidthLimit = (bandwidth: DeviceSetting | undefined): BandwidthLimit | null => {
  if (bandwidth === undefined) return null;
  const bitsPerSecond = numberValue(bandwidth, 'Limit');
  if (bitsPerSecond === 0 || bitsPerSecond > MAXIMUM) return null;
  const asked = numberValue(bandwidth, 'BurstSize') / 8;
  const burst = asked > 0 ? asked : (bitsPerSecond / 8) * BURST_SECONDS;
  return { bitsPerSecond, burstBytes: Math.trunc(Math.min(Math.max(burst, MINIMUM_BURST), MAXIMUM_BURST)) };
};

/** tbf counts its bucket in 32 bits. */
const MAXIMUM_BURST = 1_073_741_824;

/** What a host must be able to do for a feature of a port to mean something. */
export const neededFor = (rules: PortRules): readonly NetworkFeature[] => [
  ...(rules.dhcpGuard || rules.routerGuard || rules.filters.length > 0 ? (['filters'] as const) : []),
  ...(rules.limit === null ? [] : (['bandwidthLimits'] as const)),
  ...(rules.monitor === undefined ? [] : (['mirroring'] as const)),
];

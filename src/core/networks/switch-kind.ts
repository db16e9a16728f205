import type { EthernetSwitch, HostPort } from '../model.ts';

/** What a switch is, told by its ports (other-services §3): Hyper-V has no property for it. */
export const kindOfPorts = (ports: readonly HostPort[]): EthernetSwitch['kind'] => {
  if (ports.some((port) => port.kind === 'external')) return 'external';
  return ports.length > 0 ? 'internal' : 'private';
};

import type { DeviceSetting, EthernetSwitch, Guid, HostPort } from '../model.ts';
import type { SwitchNetwork } from './host-network.ts';
import { portRules } from './port-rules.ts';

/** Names of devices have 15 characters (IFNAMSIZ): three of ours, and twelve digits of the id that they are made of. */
const deviceName = (prefix: 'vsw' | 'vsi' | 'vsp', id: Guid): string =>
  prefix + id.replaceAll('-', '').slice(0, 12).toLowerCase();

export const bridgeName = (switchId: Guid): string => deviceName('vsw', switchId);

/** The device by which the host is a station on the switch. */
export const internalDeviceName = (port: Guid): string => deviceName('vsi', port);

/** Features of a host port as the settings that they would be below a connection. */
export const featureSettings = (port: HostPort): readonly DeviceSetting[] =>
  port.features.map(({ id, kind, values }) => ({ part: id, kind, parent: port.id, values }));

/** What the host has to have for a switch that a client defined; null: there is nothing of ours. */
export const switchNetwork = (held: EthernetSwitch): SwitchNetwork | null => {
  if (held.bridge === null) return null;
  if (held.nat !== undefined) return { id: held.id, bridge: held.bridge, uplink: null, internal: [], nat: held.nat };
  if (held.own === undefined) return null;
  const { ports } = held.own;
  return {
    id: held.id,
    bridge: held.bridge,
    nat: null,
    uplink: ports.find((port) => port.kind === 'external')?.adapter ?? null,
    internal: ports
      .filter((port) => port.kind === 'internal')
      .map((port) => ({
        device: internalDeviceName(port.id),
        end: deviceName('vsp', port.id),
        mac: port.mac,
        rules: portRules(null, featureSettings(port)),
      })),
  };
};

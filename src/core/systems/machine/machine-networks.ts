import { childrenOf, deviceValue, firstText } from '../../devices/effective.ts';
import { ADAPTER_KINDS } from '../../devices/wiring.ts';
import type { Configuration, DeviceSetting } from '../../model.ts';
import { portRules } from '../../networks/port-rules.ts';
import type { AdapterSpec, MachineSpec } from '../../machine-spec.ts';
import type { SystemsContext } from '../context.ts';
import { switchOfLink } from './external-checks.ts';

type NetworkContext = Pick<SystemsContext, 'graph'>;

/** EnabledState of a connection that is plugged in (object-model §5). */
const CONNECTED = 2;

/** The network adapters of a configuration, each with what it is plugged into. */
export const adapterSpecs = (context: NetworkContext, configuration: Configuration): readonly AdapterSpec[] =>
  configuration.devices
    .filter((device) => ADAPTER_KINDS.has(device.kind))
    .map((device) => ({
      id: device.part,
      mac: macOf(device),
      emulated: device.kind === 'emulatedEthernet',
      network: networkOf(context, configuration, device),
    }));

/** A machine's words with its adapters plugged in as the switches are now. */
export const withNetworks = (context: NetworkContext, configuration: Configuration, spec: MachineSpec): MachineSpec => {
  const now = new Map(adapterSpecs(context, configuration).map((adapter) => [adapter.id, adapter.network]));
  return {
    ...spec,
    adapters: spec.adapters.map((adapter) => ({ ...adapter, network: now.get(adapter.id) ?? adapter.network })),
  };
};

const macOf = (adapter: DeviceSetting): string => {
  const address = deviceValue(adapter, 'Address');
  return typeof address === 'string' ? address : '';
};

const networkOf = (
  context: NetworkContext,
  configuration: Configuration,
  adapter: DeviceSetting,
): AdapterSpec['network'] => {
  const connection = childrenOf(configuration, adapter.part).find((device) => device.kind === 'ethernetConnection');
  if (connection === undefined || deviceValue(connection, 'EnabledState') !== CONNECTED) return { kind: 'none' };
  const link = firstText(connection, 'HostResource');
  const id = link === null ? null : switchOfLink(link);
  const target = id === null ? undefined : context.graph.switch(id);
  if (target === undefined) return { kind: 'none' };
  const rules = portRules(macOf(adapter), childrenOf(configuration, connection.part));
  // The NAT network inside QEMU is in no VLAN: an adapter that is in one reaches nothing there.
  if (target.bridge === null) return { kind: target.kind === 'nat' && rules.vlan === null ? 'user' : 'none' };
  return { kind: 'bridge', bridge: target.bridge, rules };
};

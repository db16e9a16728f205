import { randomBytes } from 'node:crypto';
import type { Log } from '../log.ts';
import type { EthernetSwitch, NatNetwork } from '../model.ts';
import type { Store } from '../ports.ts';
import type { HostNetwork } from './host-network.ts';
import { isStored, storeSwitch } from './switch-record.ts';

/** How the NAT switch works: in the process of each machine, or as a network of the host with DHCP and DNS. */
export type NatMode = 'user' | 'bridge';

/**
 * The NAT switch with the network that it has on the host; chosen once and kept, so that leases of guests and rules of
 * people stay true. Where the host cannot have one, it stays in the processes of machines, and the log says why.
 */
export const withNatNetwork = async (
  parts: { readonly store: Store; readonly network: HostNetwork; readonly log: Log },
  found: EthernetSwitch,
  mode: NatMode,
): Promise<EthernetSwitch> => {
  const record = (await parts.store.load('switches')).get(found.id);
  const kept = isStored(record) ? record.nat : undefined;
  if (mode === 'user') {
    if (kept !== undefined) await forgetNetwork(parts, found, kept);
    return found;
  }
  const reason = parts.network.lacks('nat');
  if (reason !== null) {
    parts.log.warn({ reason }, 'the NAT switch works inside of each machine: this host cannot have a network for it');
    return found;
  }
  // Another name than that of any other service on this host: both have a switch of this id.
  try {
    const nat = kept ?? { ...(await parts.network.freeNetwork()), bridge: `vsn${randomBytes(6).toString('hex')}` };
    const { bridge, gateway, prefix } = nat;
    const after: EthernetSwitch = { ...found, bridge, nat: { gateway, prefix } };
    if (kept === undefined) await parts.store.commit([storeSwitch(after)]);
    return after;
  } catch (error) {
    // A network without a record would never be taken away.
    parts.log.warn({ err: error }, 'the NAT switch works inside of each machine until the service starts again');
    return found;
  }
};

/** The operator changed their mind: nothing is left behind. Machines that still run there are disconnected. */
const forgetNetwork = async (
  { store, network, log }: Parameters<typeof withNatNetwork>[0],
  found: EthernetSwitch,
  { bridge, ...nat }: NatNetwork & { readonly bridge: string },
): Promise<void> => {
  try {
    await network.remove({ id: found.id, bridge, uplink: null, internal: [], nat });
    await store.commit([storeSwitch(found)]);
  } catch (error) {
    log.warn({ err: error, bridge }, 'the former network of the NAT switch could not be taken away; it is tried again');
  }
};

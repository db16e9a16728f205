import type { HostAdapter } from '../../../core/networks/host-network.ts';
import type { EthernetSwitch } from '../../../core/model.ts';
import type { Catalog, Entity } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { ListedSet } from '../listed-set.ts';
import { COMPUTER_SYSTEM } from '../systems/computer-system.ts';

/** A network adapter of the host that a switch can have (other-services §3). */
export interface HostAdapterEntity extends Entity {
  readonly kind: 'hostAdapter';
  readonly adapter: HostAdapter;
  /** Whether it is a port of a switch, at another moment than now; missing: as it is. */
  readonly bound?: boolean;
}

const EXTERNAL = 'Msvm_ExternalEthernetPort';
const WIRELESS = 'Msvm_WiFiPort';
const CLASSES = [EXTERNAL, WIRELESS] as const;

export const hostAdapterEntity = (adapter: HostAdapter): HostAdapterEntity => ({
  kind: 'hostAdapter',
  className: adapter.wireless ? WIRELESS : EXTERNAL,
  adapter,
});

/** The switch that an adapter is a port of. */
export const switchOfAdapter = (projection: Projection, device: string): EthernetSwitch | undefined =>
  [...projection.graph.switches()].find((one) => one.own?.ports.some((port) => port.adapter === device));

/** Adapters that are ports of a switch as `one` has it, or were while it was `other`; null: it was not there. */
export function* adaptersOfSwitch(
  projection: Projection,
  one: EthernetSwitch | null,
  other: EthernetSwitch | null,
): Iterable<HostAdapterEntity> {
  const devices = (each: EthernetSwitch | null) => new Set(each?.own?.ports.map(({ adapter }) => adapter));
  const [now, then] = [devices(one), devices(other)];
  for (const adapter of projection.graph.hostAdapters())
    if (now.has(adapter.device) || then.has(adapter.device))
      yield { ...hostAdapterEntity(adapter), bound: now.has(adapter.device) };
}

export const addHostAdapters = (projection: Projection, catalog: Catalog): void => {
  const keys = ({ adapter, className }: HostAdapterEntity) => ({
    CreationClassName: className,
    DeviceID: `Microsoft:${adapter.device}`,
    SystemCreationClassName: COMPUTER_SYSTEM,
    SystemName: projection.hostName,
  });
  for (const className of CLASSES) {
    if (!projection.has(className)) continue;
    catalog.add(
      new ListedSet<HostAdapterEntity>(projection, {
        kind: 'hostAdapter',
        className,
        entities: () =>
          projection.graph
            .hostAdapters()
            .map(hostAdapterEntity)
            .filter((one) => one.className === className),
        keys,
        instance: (entity) => {
          const { adapter } = entity;
          return projection
            .shape(className, '', () => ({ RequestedState: 12, Status: 'OK', LinkTechnology: 2, FullDuplex: true }))
            .make({
              ElementName: adapter.device,
              Name: adapter.device,
              PermanentAddress: adapter.mac,
              NetworkAddresses: [adapter.mac],
              // 2 enabled, 3 disabled: is there a link.
              EnabledState: adapter.linkUp ? 2 : 3,
              Speed: adapter.speed ?? 0n,
              MaxSpeed: adapter.speed ?? 0n,
              ActiveMaximumTransmissionUnit: BigInt(adapter.mtu),
              IsBound: entity.bound ?? switchOfAdapter(projection, adapter.device) !== undefined,
              ...keys(entity),
            });
        },
      }),
    );
  }
};

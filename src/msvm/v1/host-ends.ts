import { DomainError } from '../../core/errors.ts';
import type { EthernetSwitch, Guid, HostPort } from '../../core/model.ts';
import type { Catalog, Entity } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { ListedSet } from '../v2/listed-set.ts';
import { adaptersOfSwitch, type HostAdapterEntity, hostAdapterEntity } from '../v2/switches/host-adapter.ts';
import { type HostPortEntity, hostPortEntity, INTERNAL_PORT, internalPortKeys } from '../v2/switches/host-ports.ts';
import { COMPUTER_SYSTEM } from '../v2/systems/computer-system.ts';

export const SWITCH_LAN_ENDPOINT = 'Msvm_SwitchLANEndpoint';

/** An internal port that has no place on a switch yet: v1 makes the host's end first (object-model §12). */
export interface PendingInternal {
  readonly id: Guid;
  readonly name: string;
  /** 12 hex digits; null: the host chooses. */
  readonly mac: string | null;
}

export interface PendingInternalEntity extends Entity {
  readonly kind: 'pendingInternal';
  readonly end: PendingInternal;
}

/** The plug of an adapter of the host, or of the host's end of an internal port, between it and a port of a switch. */
export interface HostEndpointEntity extends Entity {
  readonly kind: 'hostEndpoint';
  readonly end:
    | ({ readonly kind: 'internal' } & PendingInternal)
    | { readonly kind: 'adapter'; readonly adapter: HostAdapterEntity['adapter'] };
  /** The port that it is plugged into. */
  readonly held: { readonly switch: EthernetSwitch; readonly port: HostPort } | null;
}

/** Internal ports that wait for a switch at one time; a client that makes more has forgotten them. */
const MAXIMUM = 256;

/** Internal ports between their making and ConnectSwitchPort: as with switch ports, one that waits when the service ends is gone. */
export class PendingInternals {
  readonly #ends = new Map<Guid, PendingInternal>();

  all(): Iterable<PendingInternal> {
    return this.#ends.values();
  }

  find(id: Guid): PendingInternal | undefined {
    return this.#ends.get(id.toUpperCase());
  }

  /** @throws DomainError failed when too many wait */
  add(end: PendingInternal): void {
    if (this.#ends.size >= MAXIMUM)
      throw new DomainError(
        'failed',
        `${MAXIMUM} internal ports wait for a switch. Delete those that are not needed with DeleteInternalEthernetPort.`,
      );
    this.#ends.set(end.id, end);
  }

  /** One that was there before, whatever waits. */
  putBack(end: PendingInternal): void {
    this.#ends.set(end.id, end);
  }

  remove(id: Guid): void {
    this.#ends.delete(id);
  }
}

export const pendingInternalEntity = (end: PendingInternal): PendingInternalEntity => ({
  kind: 'pendingInternal',
  className: INTERNAL_PORT,
  end,
});

const endpoint = (end: HostEndpointEntity['end'], held: HostEndpointEntity['held']): HostEndpointEntity => ({
  kind: 'hostEndpoint',
  className: SWITCH_LAN_ENDPOINT,
  end,
  held,
});

export const endpointOfPending = (end: PendingInternal): HostEndpointEntity =>
  endpoint({ kind: 'internal', ...end }, null);

/** Of a port that leads to the host, or to one of its adapters. */
export const endpointOfPort = (
  projection: Projection,
  { switch: target, port }: Pick<HostPortEntity, 'switch' | 'port'>,
): HostEndpointEntity | null => {
  const held = { switch: target, port };
  if (port.adapter === null)
    return endpoint({ kind: 'internal', id: port.end ?? port.id, name: port.name, mac: port.mac }, held);
  const adapter = projection.graph.hostAdapters().find(({ device }) => device === port.adapter);
  return adapter === undefined ? null : endpoint({ kind: 'adapter', adapter }, held);
};

export const endpointOfAdapter = (projection: Projection, { adapter }: HostAdapterEntity): HostEndpointEntity => {
  for (const one of projection.graph.switches()) {
    const port = one.own?.ports.find((each) => each.adapter === adapter.device);
    if (port !== undefined) return endpoint({ kind: 'adapter', adapter }, { switch: one, port });
  }
  return endpoint({ kind: 'adapter', adapter }, null);
};

/** Plugs at the ports of a switch, and at adapters of the host that it has at another moment: theirs are there without it. */
export function* endpointsOfSwitch(
  projection: Projection,
  one: EthernetSwitch | null,
  other: EthernetSwitch | null,
): Iterable<HostEndpointEntity> {
  for (const port of one?.own?.ports ?? []) {
    const found = one === null ? null : endpointOfPort(projection, { switch: one, port });
    if (found !== null) yield found;
  }
  for (const { adapter, bound } of adaptersOfSwitch(projection, one, other))
    if (bound !== true) yield endpoint({ kind: 'adapter', adapter }, null);
}

/** What the endpoint is the plug of. */
export const ownerOfEndpoint = ({ end, held }: HostEndpointEntity): Entity => {
  if (end.kind === 'adapter') return hostAdapterEntity(end.adapter);
  return held === null ? pendingInternalEntity(end) : hostPortEntity('internalPort', held.switch, held.port);
};

function* endpointsOf(projection: Projection, internals: PendingInternals): Iterable<HostEndpointEntity> {
  for (const end of internals.all()) yield endpointOfPending(end);
  for (const one of projection.graph.switches())
    for (const port of one.own?.ports ?? []) {
      const found = port.adapter === null ? endpointOfPort(projection, { switch: one, port }) : null;
      if (found !== null) yield found;
    }
  for (const adapter of projection.graph.hostAdapters())
    yield endpointOfAdapter(projection, hostAdapterEntity(adapter));
}

export const addHostEnds = (projection: Projection, catalog: Catalog, internals: PendingInternals): void => {
  const internalKeys = ({ end }: PendingInternalEntity) => internalPortKeys(projection, end.id);
  catalog.add(
    new ListedSet<PendingInternalEntity>(projection, {
      kind: 'pendingInternal',
      className: INTERNAL_PORT,
      *entities() {
        for (const end of internals.all()) yield pendingInternalEntity(end);
      },
      keys: internalKeys,
      instance: (entity) =>
        projection
          .shape(INTERNAL_PORT, 'pending', () => ({
            EnabledState: 3,
            RequestedState: 12,
            Status: 'OK',
            LinkTechnology: 2,
          }))
          .make({
            ElementName: entity.end.name,
            Name: entity.end.id,
            PermanentAddress: entity.end.mac,
            ...internalKeys(entity),
          }),
    }),
  );
  const endpointKeys = ({ end }: HostEndpointEntity) => ({
    CreationClassName: SWITCH_LAN_ENDPOINT,
    Name: `Microsoft:${end.kind === 'internal' ? end.id : end.adapter.device}`,
    SystemCreationClassName: COMPUTER_SYSTEM,
    SystemName: projection.hostName,
  });
  catalog.add(
    new ListedSet<HostEndpointEntity>(projection, {
      kind: 'hostEndpoint',
      className: SWITCH_LAN_ENDPOINT,
      entities: () => endpointsOf(projection, internals),
      keys: endpointKeys,
      instance: (entity) => {
        const { end } = entity;
        return projection
          .shape(SWITCH_LAN_ENDPOINT, '', () => ({ EnabledState: 2, RequestedState: 12, Status: 'OK' }))
          .make({
            ...endpointKeys(entity),
            ElementName: end.kind === 'internal' ? end.name : end.adapter.device,
            MACAddress: (end.kind === 'internal' ? end.mac : end.adapter.mac) ?? '',
            Connected: entity.held !== null,
          });
      },
    }),
  );
};

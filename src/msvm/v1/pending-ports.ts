import type { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import { DomainError } from '../../core/errors.ts';
import type { EthernetSwitch, Guid } from '../../core/model.ts';
import type { Entity, EntitySet } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { PendingInternals } from './host-ends.ts';
import { portPathOf, SWITCH_PORT } from './switch-port.ts';

/** A port that no adapter names yet: v1 makes the port first and the adapter after it. */
export interface PendingPortEntity extends Entity {
  readonly kind: 'pendingPort';
  readonly id: Guid;
  readonly switch: EthernetSwitch;
  readonly name: string;
}

export const pendingPort = (id: Guid, target: EthernetSwitch, name: string): PendingPortEntity => ({
  kind: 'pendingPort',
  className: SWITCH_PORT,
  id,
  switch: target,
  name,
});

/** Ports that wait for their adapter at one time; a client that makes more has forgotten them. */
const MAXIMUM = 4096;

/**
 * Switch ports between CreateSwitchPort and the adapter that names them. They are no state of the domain: the connection of
 * the adapter is. One that waits when the service ends is gone, as its adapter was never plugged in.
 */
export class PendingPorts {
  /** The other side, which v1 makes first too. */
  readonly internals = new PendingInternals();
  readonly #ports = new Map<Guid, PendingPortEntity>();

  all(): Iterable<PendingPortEntity> {
    return this.#ports.values();
  }

  find(id: Guid): PendingPortEntity | undefined {
    return this.#ports.get(id.toUpperCase());
  }

  /** @throws DomainError failed when too many wait */
  add(id: Guid, target: EthernetSwitch, name: string): PendingPortEntity {
    if (this.#ports.size >= MAXIMUM) {
      throw new DomainError(
        'failed',
        `${MAXIMUM} switch ports wait for their adapters. Delete those that are not needed with DeleteSwitchPort.`,
      );
    }
    const port = pendingPort(id, target, name);
    this.#ports.set(id, port);
    return port;
  }

  /** Takes it out: the caller makes the connection, or puts it back. */
  take(id: Guid): PendingPortEntity | undefined {
    const port = this.find(id);
    if (port !== undefined) this.#ports.delete(port.id);
    return port;
  }

  /** One that was there before, whatever waits. */
  putBack(port: PendingPortEntity): void {
    this.#ports.set(port.id, port);
  }
}

export class PendingPortSet implements EntitySet<PendingPortEntity> {
  readonly kind = 'pendingPort';
  readonly className = SWITCH_PORT;
  readonly #projection: Projection;
  readonly #ports: PendingPorts;

  constructor(projection: Projection, ports: PendingPorts) {
    this.#projection = projection;
    this.#ports = ports;
  }

  /** Those whose switch is still there. */
  *entities(): Iterable<PendingPortEntity> {
    for (const port of this.#ports.all()) if (this.#there(port)) yield port;
  }

  find(path: ObjectPath): PendingPortEntity | undefined {
    const name = path.key('Name');
    const owner = path.key('SystemName');
    const port = typeof name === 'string' ? this.#ports.find(name) : undefined;
    const fits = port !== undefined && typeof owner === 'string' && owner.toUpperCase() === port.switch.id;
    return fits && this.#there(port) ? port : undefined;
  }

  path(entity: PendingPortEntity): ObjectPath {
    return portPathOf(this.#projection, entity.switch, entity.id);
  }

  instance(entity: PendingPortEntity): CimInstance {
    const path = this.path(entity);
    return this.#projection
      .shape(SWITCH_PORT, 'pending', () => ({
        EnabledState: 3,
        RequestedState: 12,
        Status: 'OK',
        AllowMacSpoofing: false,
      }))
      .make({ ElementName: entity.name, ...Object.fromEntries(path.keys ?? []) });
  }

  #there(port: PendingPortEntity): boolean {
    return this.#projection.graph.switch(port.switch.id) !== undefined;
  }
}

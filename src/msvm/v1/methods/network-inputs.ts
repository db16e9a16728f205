import { CimInstance } from '../../../cim/instance.ts';
import { tryParsePath } from '../../../cim/path/parse-path.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import { ADAPTER_KINDS } from '../../../core/devices/wiring.ts';
import { DomainError } from '../../../core/errors.ts';
import type { ResourceInput } from '../../../core/requests.ts';
import type { Catalog, Entity } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { References } from '../../v2/methods/references.ts';
import { resourceInputs } from '../../v2/methods/resource-input.ts';
import type { PendingPortEntity, PendingPorts } from '../pending-ports.ts';
import type { PortEntity } from '../switch-port.ts';
import { kindOfInput, toV2Setting } from './setting-input.ts';

/** What a client plugs an adapter into. */
export type Plug =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'new'; readonly port: PendingPortEntity }
  | { readonly kind: 'held'; readonly port: PortEntity };

export interface PluggedInputs {
  /** Resources of v2: those of the call, then the connections of its adapters. */
  readonly inputs: readonly ResourceInput[];
  /** How many of them the client sent. */
  readonly given: number;
}

const CONNECTION = kindRow('ethernetConnection');

/** From resources of v1 to those of v2, where an adapter and its place on a switch are two settings (object-model §12). */
export class NetworkInputs {
  readonly #v2: Projection;
  readonly #catalog: Catalog;
  readonly #references: References;
  readonly #ports: PendingPorts;

  constructor(parts: {
    readonly v2: Projection;
    readonly catalog: Catalog;
    readonly references: References;
    readonly ports: PendingPorts;
  }) {
    this.#v2 = parts.v2;
    this.#catalog = parts.catalog;
    this.#references = parts.references;
    this.#ports = parts.ports;
  }

  /**
   * Runs `work` with the resources of a call. The ports that its adapters name are taken out of those that wait, and are
   * put back if the work fails. @throws DomainError invalidParameter
   */
  async plugging<T>(resources: readonly CimInstance[], work: (plugged: PluggedInputs) => Promise<T>): Promise<T> {
    const given: CimInstance[] = [];
    const connections: CimInstance[] = [];
    const ports: PendingPortEntity[] = [];
    resources.forEach((resource, index) => {
      const kind = kindOfInput(resource);
      const setting = toV2Setting(this.#v2, resource, kind);
      const plug = ADAPTER_KINDS.has(kind) ? this.plugOf(resource) : undefined;
      const port = plug === undefined ? undefined : this.#freePort(plug);
      if (port === undefined) {
        given.push(setting);
        return;
      }
      if (ports.includes(port)) throw usedTwice(port.id);
      // Clients send the same template for several adapters: a name of our own tells the connection its adapter.
      const InstanceID = `adapter-${index}`;
      given.push(setting.with({ InstanceID }));
      connections.push(this.connection(port, InstanceID));
      ports.push(port);
    });
    const inputs = resourceInputs(this.#references, [...given, ...connections]).map((input, index) => {
      const port = ports[index - given.length];
      return index < given.length || port === undefined ? input : { ...input, connectionId: port.id };
    });
    return this.taking(ports, () => work({ inputs, given: given.length }));
  }

  /** Runs `work` while these ports belong to it. */
  async taking<T>(ports: readonly PendingPortEntity[], work: () => Promise<T>): Promise<T> {
    const taken: PendingPortEntity[] = [];
    try {
      for (const port of ports) {
        const own = this.#ports.take(port.id);
        if (own === undefined) throw usedTwice(port.id);
        taken.push(own);
      }
      return await work();
    } catch (error) {
      for (const port of taken) this.#ports.putBack(port);
      throw error;
    }
  }

  /** What Connection of an adapter names; undefined: the text does not say. @throws DomainError invalidParameter */
  plugOf(adapter: CimInstance): Plug | undefined {
    const value = adapter.get('Connection');
    if (!Array.isArray(value)) return undefined;
    const texts: readonly unknown[] = value;
    const [text, ...more] = texts.filter((one) => one !== null && one !== '');
    if (text === undefined) return { kind: 'nothing' };
    const found = more.length === 0 && typeof text === 'string' ? this.#find(text) : undefined;
    if (found?.kind === 'pendingPort') return { kind: 'new', port: found as PendingPortEntity };
    if (found?.kind === 'virtualSwitchPort') return { kind: 'held', port: found as PortEntity };
    throw new DomainError(
      'invalidParameter',
      `Connection of a network adapter names no switch port. Make one with CreateSwitchPort and give its path.`,
    );
  }

  /** The connection of v2 that stands for a port, below the adapter of this InstanceID. */
  connection(port: PendingPortEntity, adapter: string): CimInstance {
    return new CimInstance(this.#v2.class(CONNECTION.settingClass), {
      ResourceType: CONNECTION.resourceType,
      ResourceSubType: CONNECTION.resourceSubType,
      HostResource: [`switch:${port.switch.id}`],
      Parent: adapter,
      ...(port.name === '' ? {} : { ElementName: port.name }),
    });
  }

  #freePort(plug: Plug): PendingPortEntity | undefined {
    if (plug.kind !== 'held') return plug.kind === 'new' ? plug.port : undefined;
    throw new DomainError(
      'invalidParameter',
      `The switch port ${plug.port.setting.part.slice(-36)} belongs to another network adapter. Make a port for this one with CreateSwitchPort.`,
    );
  }

  #find(text: string): Entity | undefined {
    const path = tryParsePath(text);
    return path === undefined || path.keys === null ? undefined : this.#catalog.find(path);
  }
}

const usedTwice = (port: string): DomainError =>
  new DomainError('invalidParameter', `The switch port ${port} is named by two network adapters. Make one for each.`);

import { CimInstance } from '../../../cim/instance.ts';
import { tryParsePath } from '../../../cim/path/parse-path.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import { ADAPTER_KINDS } from '../../../core/devices/wiring.ts';
import { DomainError } from '../../../core/errors.ts';
import type { RequestContext, ResourceInput } from '../../../core/requests.ts';
import type { Catalog, Entity } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { References } from '../../v2/methods/references.ts';
import { resourceInputs } from '../../v2/methods/resource-input.ts';
import { connectionId } from '../../v2/settings/setting-index.ts';
import type { PendingPortEntity } from '../pending-ports.ts';
import type { PortEntity } from '../switch-port.ts';
import { type FreePort, type FreePorts, freePort, usedTwice } from './free-ports.ts';
import { kindOfInput, toV2Setting } from './setting-input.ts';

/** What a client plugs an adapter into: a port of the adapter's own is 'held', too, when the adapter was taken out of it. */
export type Plug =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'new'; readonly port: FreePort }
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
  readonly #ports: FreePorts;

  constructor(parts: {
    readonly v2: Projection;
    readonly catalog: Catalog;
    readonly references: References;
    readonly ports: FreePorts;
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
  async plugging<T>(
    request: RequestContext,
    resources: readonly CimInstance[],
    work: (plugged: PluggedInputs) => Promise<T>,
  ): Promise<T> {
    const given: CimInstance[] = [];
    const connections: CimInstance[] = [];
    const ports: FreePort[] = [];
    resources.forEach((resource, index) => {
      const kind = kindOfInput(resource);
      const setting = toV2Setting(this.#v2, resource, kind);
      const plug = ADAPTER_KINDS.has(kind) ? this.plugOf(resource, null) : undefined;
      const port = plug?.kind === 'new' ? plug.port : undefined;
      if (port === undefined) {
        given.push(setting);
        return;
      }
      if (ports.some(({ id }) => id === port.id)) throw usedTwice(port.id);
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
    return this.taking(request, ports, () => work({ inputs, given: given.length }));
  }

  taking<T>(request: RequestContext, ports: readonly FreePort[], work: () => Promise<T>): Promise<T> {
    return this.#ports.taking(request, ports, work);
  }

  /**
   * What Connection of an adapter names; undefined: the text does not say. `part`: of the adapter's setting, where it has one.
   * @throws DomainError invalidParameter
   */
  plugOf(adapter: CimInstance, part: string | null): Plug | undefined {
    const value = adapter.get('Connection');
    if (!Array.isArray(value)) return undefined;
    const texts: readonly unknown[] = value;
    const [text, ...more] = texts.filter((one) => one !== null && one !== '');
    if (text === undefined) return { kind: 'nothing' };
    const found = more.length === 0 && typeof text === 'string' ? this.#find(text) : undefined;
    if (found?.kind === 'virtualSwitchPort' || found?.kind === 'pendingPort')
      return plugInto(found as PortEntity | PendingPortEntity, part);
    throw new DomainError(
      'invalidParameter',
      `Connection of a network adapter names no switch port. Make one with CreateSwitchPort and give its path.`,
    );
  }

  /** The connection of v2 that stands for a port, below the adapter of this InstanceID. */
  connection(port: FreePort, adapter: string): CimInstance {
    return new CimInstance(this.#v2.class(CONNECTION.settingClass), {
      ResourceType: CONNECTION.resourceType,
      ResourceSubType: CONNECTION.resourceSubType,
      HostResource: [`switch:${port.switch.id}`],
      Parent: adapter,
      ...(port.name === '' ? {} : { ElementName: port.name }),
    });
  }

  #find(text: string): Entity | undefined {
    const path = tryParsePath(text);
    return path === undefined || path.keys === null ? undefined : this.#catalog.find(path);
  }
}

const plugInto = (port: PortEntity | PendingPortEntity, part: string | null): Plug => {
  if (port.kind === 'virtualSwitchPort' && port.setting.parent === part) return { kind: 'held', port };
  const free = freePort(port);
  if (free !== null) return { kind: 'new', port: free };
  const id = port.kind === 'pendingPort' ? port.id : connectionId(port.setting);
  throw new DomainError(
    'invalidParameter',
    `The switch port ${id} belongs to another network adapter. Make a port for this one with CreateSwitchPort.`,
  );
};

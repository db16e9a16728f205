import { formatPath } from '../cim/path/format-path.ts';
import type { KeyValue } from '../cim/object-path.ts';
import { ObjectPath } from '../cim/object-path.ts';
import type { CimClass, SchemaNamespace } from '../cim/schema.ts';
import type { CimValues } from '../cim/values.ts';
import type { SystemGraph } from '../core/graph.ts';
import type { CollectionReader } from '../core/collections/collection.ts';
import type { AttachedImage } from '../core/disks/virtual-hard-disk.ts';
import type { PoolReader } from '../core/pools/pool.ts';
import type { MetricReader } from '../core/metrics/requests.ts';
import type { ServiceSettings, SettingValue, SettingValues, VirtualSystem } from '../core/model.ts';
import type { Clock } from '../core/ports.ts';
import { Shape } from './shape.ts';

export interface ProjectionParts {
  readonly graph: SystemGraph;
  readonly namespace: SchemaNamespace;
  readonly clock: Clock;
  readonly metrics: MetricReader;
  readonly pools: PoolReader;
  readonly collections: CollectionReader;
  /** Disks that are attached to the host; missing: there are none. */
  readonly attached?: () => Iterable<AttachedImage>;
  /** Values of the management service's settings that no client has changed. */
  readonly serviceDefaults?: SettingValues;
  /** Namespace of device settings and switches, where it is another one (object-model §13). */
  readonly deviceNamespace?: string;
  /** Namespaces that show the same objects under the same classes and keys. */
  readonly alike?: readonly string[];
}

/** One namespace as a view on the domain's live graph: where instances get their classes, paths and the time from. */
export class Projection {
  readonly graph: SystemGraph;
  readonly namespace: SchemaNamespace;
  readonly clock: Clock;
  readonly metrics: MetricReader;
  readonly pools: PoolReader;
  readonly collections: CollectionReader;
  readonly attached: () => Iterable<AttachedImage>;
  /** Namespaces whose paths name what this one shows, its own first. */
  readonly namespaces: readonly string[];
  /** NetBIOS name: server part of paths and Name of the host (object-model §1). */
  readonly hostName: string;
  readonly #serviceDefaults: SettingValues;
  readonly #deviceNamespace: string;
  readonly #plans: boolean;
  /** By class and variant: a text put together of both would be made for each instance. */
  readonly #shapes = new Map<string, Map<string, Shape>>();

  constructor(parts: ProjectionParts) {
    this.graph = parts.graph;
    this.namespace = parts.namespace;
    this.clock = parts.clock;
    this.metrics = parts.metrics;
    this.pools = parts.pools;
    this.collections = parts.collections;
    this.attached = parts.attached ?? (() => []);
    this.namespaces = [parts.namespace.name, ...(parts.alike ?? [])];
    this.hostName = parts.graph.host.name;
    this.#serviceDefaults = parts.serviceDefaults ?? {};
    this.#deviceNamespace = parts.deviceNamespace ?? parts.namespace.name;
    this.#plans = this.has('Msvm_PlannedComputerSystem');
  }

  has(className: string): boolean {
    return this.namespace.class(className) !== undefined;
  }

  class(className: string): CimClass {
    const found = this.namespace.class(className);
    if (found === undefined) throw new Error(`${this.namespace.name} has no class ${className}`);
    return found;
  }

  /** The shape of a class, made once per `variant` of its constants. */
  shape(className: string, variant: string, constants: () => CimValues): Shape {
    let shapes = this.#shapes.get(className);
    if (shapes === undefined) this.#shapes.set(className, (shapes = new Map()));
    const known = shapes.get(variant);
    if (known !== undefined) return known;
    const made = new Shape(this.class(className), constants());
    shapes.set(variant, made);
    return made;
  }

  /** Keys in name order, as canonical text needs them (client-usage, "paths"); without any, it is the only one of its class. */
  path(className: string, keys: Readonly<Record<string, KeyValue>>): ObjectPath {
    const bindings = new Map(Object.entries(keys));
    return new ObjectPath(null, this.namespace.name, className, bindings, bindings.size === 0);
  }

  /** Path of a device setting, a boot source or a switch. */
  devicePath(className: string, keys: Readonly<Record<string, KeyValue>>): ObjectPath {
    return new ObjectPath(null, this.#deviceNamespace, className, new Map(Object.entries(keys)), false);
  }

  /** All settings of the management service, as they are now or as a change had them. */
  serviceSettings(settings: ServiceSettings = this.graph.serviceSettings()): SettingValues {
    return { ...this.#serviceDefaults, ...settings.values };
  }

  /** One of them, without making the others. */
  serviceSetting(name: string): SettingValue {
    return this.graph.serviceSettings().values[name] ?? this.#serviceDefaults[name] ?? null;
  }

  /** Is the system there for clients of this namespace? Plans are not everywhere. */
  shows(system: VirtualSystem): boolean {
    return this.#plans || system.kind === 'realized';
  }

  /** Canonical text: `\\HOST\root\virtualization\v2:Class.Key="..."` (object-model §1). */
  text(path: ObjectPath): string {
    return formatPath(path, { host: this.hostName, namespace: this.namespace.name });
  }
}

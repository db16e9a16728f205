import type { CimInstance } from '../../../cim/instance.ts';
import type { ChangeSource, InstanceChange } from '../../../cim/provider.ts';
import { sameValue } from '../../../cim/same-value.ts';
import type { DomainChange, DomainFeed } from '../../../core/events/change.ts';
import type { EthernetSwitch, VirtualSystem } from '../../../core/model.ts';
import type { Catalog, Entity } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { knownValues } from '../../shape.ts';
import { collectionEntity, collectionPointEntity, collectionSnapshotEntity } from '../collections/collection.ts';
import { guestFileServiceOf } from '../devices/guest-file-service.ts';
import { devicesOf } from '../devices/system-device.ts';
import { jobEntity } from '../jobs/job.ts';
import { referencePointEntity } from '../reference-points/reference-point.ts';
import { keptSettings, serviceSettingEntity } from '../services/service.ts';
import { SERVICES } from '../services/services.ts';
import { bootSourcesOf } from '../settings/boot-source.ts';
import { activePlace, placesOf } from '../settings/places.ts';
import { settingEntity } from '../settings/setting.ts';
import { configurationEntity } from '../settings/system-setting.ts';
import { adaptersOfSwitch } from '../switches/host-adapter.ts';
import { hostFeaturesOf, hostPortsOf, switchFeaturesOf } from '../switches/host-ports.ts';
import { bothEnds } from '../switches/lan-endpoint.ts';
import { portsOfPlace } from '../switches/switch-port.ts';
import { hardwareOffload } from '../switches/hardware-offload.ts';
import { switchEntity, switchSettingEntity } from '../switches/switch.ts';
import { biosElementEntity } from '../systems/bios-element.ts';
import { systemEntity } from '../systems/computer-system.ts';
import { SYSTEM_PART_KINDS, systemPartEntity } from '../systems/system-part.ts';

type Sink = Parameters<ChangeSource['watch']>[0];
type Wanted = Parameters<ChangeSource['watch']>[1];

/** What one namespace shows of a record and the others do not. */
export interface OwnEntities {
  ofSystem(system: VirtualSystem): Iterable<Entity>;
  /** `one` as it was or is; null: it was not there yet, or is gone. `other`: the same at the other moment. */
  ofSwitch(one: EthernetSwitch | null, other: EthernetSwitch | null): Iterable<Entity>;
}

const NOTHING_OF_ITS_OWN: OwnEntities = { ofSystem: () => [], ofSwitch: () => [] };

/**
 * Turns what happens in the domain into created, changed and removed instances of one namespace (lifecycle §10). Only
 * classes that somebody listens to are looked at; records that are the same before and after cost one comparison.
 */
export class Changes implements ChangeSource {
  readonly namespace: string;
  readonly #projection: Projection;
  readonly #catalog: Catalog;
  readonly #feed: DomainFeed;
  readonly #own: OwnEntities;

  constructor(projection: Projection, catalog: Catalog, feed: DomainFeed, own: OwnEntities = NOTHING_OF_ITS_OWN) {
    this.namespace = projection.namespace.name;
    this.#projection = projection;
    this.#catalog = catalog;
    this.#feed = feed;
    this.#own = own;
  }

  watch(sink: Sink, wanted: Wanted): () => void {
    return this.#feed.listen((change) => {
      for (const edge of this.#edges(change, wanted)) sink.change(edge);
    });
  }

  #edges(change: DomainChange, wanted: Wanted): Iterable<InstanceChange> {
    switch (change.kind) {
      case 'system':
        return this.#between(
          this.#ofSystem(change.before, change.after, wanted),
          this.#ofSystem(change.after, change.before, wanted),
        );
      case 'job':
        return this.#replaced(change, (job) => [jobEntity(job)], wanted);
      case 'switch':
        return this.#between(
          this.#instances(this.#ofSwitch(change.before, change.after), wanted),
          this.#instances(this.#ofSwitch(change.after, change.before), wanted),
        );
      case 'service':
        return this.#serviceEdges(change, wanted);
      case 'collection':
        return this.#replaced(change, (one) => [collectionEntity(one)], wanted);
      case 'collectionSnapshot':
        return this.#replaced(change, (one) => [collectionSnapshotEntity(one)], wanted);
      case 'collectionPoint':
        return this.#replaced(change, (one) => [collectionPointEntity(one)], wanted);
    }
  }

  /** `entities`: those that a record stands for, whatever else there is. */
  #replaced<T>(
    { before, after }: { readonly before: T | null; readonly after: T | null },
    entities: (record: T) => Iterable<Entity>,
    wanted: Wanted,
  ): Iterable<InstanceChange> {
    const shown = (record: T | null) => this.#instances(record === null ? [] : entities(record), wanted);
    return this.#between(shown(before), shown(after));
  }

  /** Instances of `system` that may differ from those of `other`. */
  #ofSystem(system: VirtualSystem | null, other: VirtualSystem | null, wanted: Wanted): Map<string, CimInstance> {
    return this.#instances(system === null ? [] : this.#candidates(system, other), wanted);
  }

  *#candidates(system: VirtualSystem, other: VirtualSystem | null): Iterable<Entity> {
    yield systemEntity(system);
    yield* this.#own.ofSystem(system);
    for (const kind of SYSTEM_PART_KINDS) yield systemPartEntity(kind, system);
    yield biosElementEntity(system);
    const configurations = new Set(other === null ? [] : [...placesOf(other)].map((place) => place.configuration));
    for (const place of placesOf(system)) {
      // The VSSD shows facts of the system too (IsSaved, Parent), so that it is always compared.
      yield configurationEntity(place);
      if (configurations.has(place.configuration)) continue;
      for (const setting of place.configuration.devices) yield settingEntity(place, setting);
      yield* bootSourcesOf(place);
    }
    for (const point of system.referencePoints ?? []) yield referencePointEntity({ system, point });
    if (other !== null && other.power === system.power && other.active === system.active) return;
    yield* devicesOf(system);
    const service = guestFileServiceOf(system);
    if (service !== undefined) yield service;
    for (const port of portsOfPlace(this.#projection, activePlace(system))) {
      yield port;
      yield* bothEnds(this.#projection, port);
    }
  }

  /** What a switch shows by itself; ports of machines are theirs. */
  *#ofSwitch(one: EthernetSwitch | null, other: EthernetSwitch | null): Iterable<Entity> {
    yield* this.#own.ofSwitch(one, other);
    yield* adaptersOfSwitch(this.#projection, one, other);
    if (one === null) return;
    yield switchEntity(one);
    yield switchSettingEntity(one);
    yield hardwareOffload(one);
    for (const kind of ['hostPort', 'hostPortSetting', 'internalPort'] as const) yield* hostPortsOf(kind, one);
    for (const port of hostPortsOf('hostPort', one)) yield* bothEnds(this.#projection, port);
    yield* switchFeaturesOf(one);
    for (const port of one.own?.ports ?? []) yield* hostFeaturesOf(one, port);
  }

  #instances(entities: Iterable<Entity>, wanted: Wanted): Map<string, CimInstance> {
    const found = new Map<string, CimInstance>();
    const answers = new Map<string, boolean>();
    for (const entity of entities) {
      const className = this.#catalog.classOf(entity);
      if (className === null) continue;
      let listened = answers.get(className);
      if (listened === undefined) {
        listened = wanted(className);
        answers.set(className, listened);
      }
      if (listened)
        found.set(this.#projection.text(this.#catalog.path(entity)).toLowerCase(), this.#catalog.instance(entity));
    }
    return found;
  }

  *#between(
    before: ReadonlyMap<string, CimInstance>,
    after: ReadonlyMap<string, CimInstance>,
  ): Iterable<InstanceChange> {
    for (const [path, current] of after) {
      const previous = before.get(path) ?? null;
      if (previous === null || !sameValues(previous, current)) yield { previous, current };
    }
    // Children before the system that owned them: the system is the first of a record's instances.
    for (const [path, previous] of [...before].reverse()) if (!after.has(path)) yield { previous, current: null };
  }

  /** The graph has the new settings already; the old ones are laid over them. */
  *#serviceEdges(change: Extract<DomainChange, { kind: 'service' }>, wanted: Wanted): Iterable<InstanceChange> {
    for (const row of SERVICES) {
      const before = keptSettings(this.#projection, row, change.before);
      const entity = before === null ? null : serviceSettingEntity(this.#projection.hostName, row);
      if (before === null || entity === null || !this.#catalog.has(entity) || !wanted(entity.className)) continue;
      const current = this.#catalog.instance(entity);
      const defaults = this.#projection.shape(entity.className, 'setting', () => row.setting?.values ?? {});
      const previous = defaults.make({ ...knownValues(defaults.class, before), ...entity.keys });
      if (!sameValues(previous, current)) yield { previous, current };
    }
  }
}

/** Values that grow by themselves: a difference in them is no event. */
const GROWING: ReadonlySet<string> = new Set(['OnTimeInMilliseconds', 'ElapsedTime']);

const sameValues = (a: CimInstance, b: CimInstance): boolean => {
  const names = Object.keys(a.values);
  if (names.length !== Object.keys(b.values).length) return false;
  return names.every((name) => GROWING.has(name) || sameValue(a.values[name] ?? null, b.values[name] ?? null));
};

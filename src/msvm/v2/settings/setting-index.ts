import { fold } from '../../../cim/names.ts';
import type { DomainFeed } from '../../../core/events/change.ts';
import { DEFAULT_DEVICES } from '../../../core/devices/default-devices.ts';
import { DEVICE_KINDS, findKind, kindRow } from '../../../core/devices/kinds.ts';
import type { ConfigurationPlace, SystemGraph } from '../../../core/graph.ts';
import type { DeviceSetting, EthernetSwitch, Guid, VirtualSystem } from '../../../core/model.ts';
import { elementNameOf } from '../../../core/systems/system-defaults.ts';
import { placesOf } from './places.ts';

/**
 * Finds configurations by what stands inside their settings: names and addresses that differ from the default of the
 * kind (os-win looks ports up by name over the whole host, the metrics sample adapters by MAC address), the switch that
 * a connection uses, and names of snapshots. Follows the feed; untouched default devices cost nothing.
 */
export class SettingIndex {
  readonly #graph: SystemGraph;
  /** One configuration under most keys: a Set for each would cost more than the system itself. */
  readonly #configurations = new Map<string, Guid | Set<Guid>>();
  readonly #stop: () => void;

  constructor(graph: SystemGraph, feed: DomainFeed) {
    this.#graph = graph;
    for (const system of graph.systems()) this.#add(null, system);
    this.#stop = feed.listen((change) => {
      if (change.kind === 'system') this.#add(change.before, change.after);
    });
  }

  /** Configurations with a setting of this class that has this value; undefined when the index cannot tell. */
  places(settingClass: string, property: string, value: string): Iterable<ConfigurationPlace> | undefined {
    const wanted = key(settingClass, property, value);
    return DEFAULT_KEYS.has(wanted) ? undefined : this.#places(wanted);
  }

  /** Snapshots of this name. */
  snapshotsNamed(name: string): Iterable<ConfigurationPlace> {
    return this.#places(`snapshot\n${fold(name)}`);
  }

  /** Active configurations that connect an adapter to the switch. */
  placesOnSwitch(target: EthernetSwitch): Iterable<ConfigurationPlace> {
    return this.#places(`switch\n${fold(target.id)}`);
  }

  /** Active configurations with a connection of this id (last GUID of its InstanceID). */
  placesOfConnection(id: string): Iterable<ConfigurationPlace> {
    return this.#places(`connection\n${fold(id)}`);
  }

  close(): void {
    this.#stop();
  }

  /** One by one: who looks for one of them does not pay for those behind it. */
  *#places(key: string): Iterable<ConfigurationPlace> {
    const held = this.#configurations.get(key) ?? [];
    for (const id of typeof held === 'string' ? [held] : [...held]) {
      const place = this.#graph.configuration(id);
      if (place !== undefined) yield place;
    }
  }

  #add(before: VirtualSystem | null, after: VirtualSystem | null): void {
    if (before !== null && after !== null && before.active === after.active && before.snapshots === after.snapshots)
      return;
    const former = before === null ? [] : [...placesOf(before)];
    const present = after === null ? [] : [...placesOf(after)];
    const same = new Set(present.map((place) => place.configuration));
    const kept = new Set(former.map((place) => place.configuration).filter((configuration) => same.has(configuration)));
    for (const place of former) if (!kept.has(place.configuration)) this.#change(place, 'remove');
    for (const place of present) if (!kept.has(place.configuration)) this.#change(place, 'add');
  }

  #change(place: ConfigurationPlace, action: 'add' | 'remove'): void {
    const { id } = place.configuration;
    for (const key of keysOf(place)) {
      if (action === 'add') this.#hold(key, id);
      else this.#release(key, id);
    }
  }

  #hold(key: string, id: Guid): void {
    const held = this.#configurations.get(key);
    if (held === undefined) this.#configurations.set(key, id);
    else if (typeof held !== 'string') held.add(id);
    else if (held !== id) this.#configurations.set(key, new Set([held, id]));
  }

  #release(key: string, id: Guid): void {
    const held = this.#configurations.get(key);
    if (held === id) this.#configurations.delete(key);
    else if (held instanceof Set && held.delete(id) && held.size === 0) this.#configurations.delete(key);
  }
}

function* keysOf(place: ConfigurationPlace): Iterable<string> {
  if (place.snapshot !== null) yield `snapshot\n${fold(elementNameOf(place.configuration))}`;
  if (UNTOUCHED.has(place.configuration.devices)) return;
  for (const setting of place.configuration.devices) {
    if (DEFAULTS.has(setting)) continue;
    const row = findKind(setting.kind);
    if (row === undefined) continue;
    for (const [property, name] of INDEXED) {
      const value = setting.values[name];
      if (typeof value !== 'string') continue;
      const found = key(row.settingClass, property, value);
      if (!DEFAULT_KEYS.has(found)) yield found;
    }
    if (setting.kind !== 'ethernetConnection' || place.snapshot !== null) continue;
    yield `connection\n${fold(connectionId(setting))}`;
    const id = switchOf(setting);
    if (id !== null) yield `switch\n${fold(id)}`;
  }
}

const INDEXED = [
  ['elementname', 'ElementName'],
  ['address', 'Address'],
] as const;

/** Last GUID of a connection's InstanceID, which names its switch port. */
export const connectionId = (setting: DeviceSetting): string => setting.part.slice(setting.part.lastIndexOf('\\') + 1);

/** The switch that a connection names, connected or not. */
export const switchOf = (setting: DeviceSetting): Guid | null => {
  if (setting.kind !== 'ethernetConnection') return null;
  const links = setting.values['HostResource'];
  const first = Array.isArray(links) ? links[0] : undefined;
  return typeof first === 'string' && first.startsWith('switch:') ? first.slice('switch:'.length) : null;
};

const key = (settingClass: string, property: string, value: string): string =>
  `${property}\n${fold(settingClass)}\n${fold(value)}`;

/** The devices of machines whose devices nobody touched: all share these two lists. */
const UNTOUCHED: ReadonlySet<readonly DeviceSetting[]> = new Set([DEFAULT_DEVICES[1], DEFAULT_DEVICES[2]]);

/** The shared records of untouched devices: none of their values is worth an index. */
const DEFAULTS: ReadonlySet<DeviceSetting> = new Set([...DEFAULT_DEVICES[1], ...DEFAULT_DEVICES[2]]);

/** Values that settings have without a client's doing, too common to be worth an index. */
const DEFAULT_KEYS: ReadonlySet<string> = new Set(
  INDEXED.flatMap(([property, name]) => [
    ...DEVICE_KINDS.map((row) => key(row.settingClass, property, String(row.defaults[name] ?? ''))),
    ...[...DEFAULTS].map((setting) =>
      key(kindRow(setting.kind).settingClass, property, String(setting.values[name] ?? '')),
    ),
  ]),
);

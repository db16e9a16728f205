import { DEFAULT_DEVICES } from '../devices/default-devices.ts';
import { findKind } from '../devices/kinds.ts';
import type {
  Configuration,
  DeviceSetting,
  MachineProcess,
  PowerState,
  SettingValues,
  Snapshot,
  SystemExtras,
  VirtualSystem,
} from '../model.ts';
import { connectionsWithOffloads, lacksOffloads, withOffloads } from './older-offloads.ts';

/**
 * A system as it lies in the store: short names, defaults left out, an untouched default device as its index in the
 * default set. 100 000 records must load in seconds.
 */
interface StoredDevice {
  readonly p: string;
  readonly k: string;
  readonly u?: string;
  readonly v?: SettingValues;
  /** Of a connection: its settings of offloads were removed. Older versions made connections without them. */
  readonly n?: true;
}

interface StoredConfiguration {
  readonly id?: string;
  readonly v: SettingValues;
  /** Missing: exactly the default devices. A number is an index into them. */
  readonly d?: readonly (number | StoredDevice)[];
  readonly b?: readonly string[];
}

interface StoredSnapshot {
  readonly c: StoredConfiguration;
  readonly t: Snapshot['type'];
  readonly u?: string;
  readonly at: number;
  readonly m?: true;
  readonly f?: true;
}

interface StoredSystem {
  readonly id: string;
  readonly g: 1 | 2;
  readonly c: StoredConfiguration;
  readonly s?: readonly StoredSnapshot[];
  readonly cs?: string;
  readonly la?: string;
  readonly pw?: PowerState;
  readonly rq?: number;
  readonly op?: VirtualSystem['operation'];
  readonly pr?: MachineProcess;
  readonly on?: VirtualSystem['onTime'];
  readonly sv?: string;
  readonly at: readonly [created: number, configuration: number, state: number];
  readonly wr?: true;
  readonly dd?: VirtualSystem['differencing'];
  readonly rp?: VirtualSystem['referencePoints'];
  readonly r: number;
  readonly ex?: SystemExtras;
  readonly im?: VirtualSystem['importSource'];
  readonly fk?: NonNullable<VirtualSystem['forkedFrom']>;
}

/** RequestedState "not applicable": no transition runs. */
export const NO_REQUEST = 12;
export const NO_ON_TIME: VirtualSystem['onTime'] = Object.freeze({ accumulatedMs: 0, since: null });
const NONE: readonly never[] = Object.freeze([]);
export const NO_VALUES: SettingValues = Object.freeze({});

const isEmpty = (values: SettingValues): boolean => {
  for (const _ in values) return false;
  return true;
};

const storeConfiguration = (configuration: Configuration, generation: 1 | 2, owner: string): StoredConfiguration => {
  const defaults = DEFAULT_DEVICES[generation];
  const having = connectionsWithOffloads(configuration.devices);
  const devices =
    configuration.devices === defaults
      ? undefined
      : configuration.devices.map((device): number | StoredDevice => {
          const index = defaults.indexOf(device);
          if (index >= 0) return index;
          return {
            p: device.part,
            k: device.kind,
            ...(device.parent === null ? {} : { u: device.parent }),
            ...(isEmpty(device.values) ? {} : { v: device.values }),
            ...(lacksOffloads(device, having) ? { n: true as const } : {}),
          };
        });
  return {
    ...(configuration.id === owner ? {} : { id: configuration.id }),
    v: configuration.values,
    ...(devices === undefined ? {} : { d: devices }),
    ...(configuration.bootSources.length === 0 ? {} : { b: configuration.bootSources }),
  };
};

export const storeSystem = (system: VirtualSystem): object => {
  const stored: StoredSystem = {
    id: system.id,
    g: system.generation,
    c: storeConfiguration(system.active, system.generation, system.id),
    ...(system.snapshots.length === 0
      ? {}
      : {
          s: system.snapshots.map((snapshot) => ({
            c: storeConfiguration(snapshot.configuration, system.generation, system.id),
            t: snapshot.type,
            ...(snapshot.parent === null ? {} : { u: snapshot.parent }),
            at: snapshot.createdAt,
            ...(snapshot.memory === true ? { m: true as const } : {}),
            ...(snapshot.atRest === true ? { f: true as const } : {}),
          })),
        }),
    ...(system.currentSnapshot === null ? {} : { cs: system.currentSnapshot }),
    ...(system.lastApplied === null ? {} : { la: system.lastApplied }),
    ...(system.power === 'off' ? {} : { pw: system.power }),
    ...(system.requestedState === NO_REQUEST ? {} : { rq: system.requestedState }),
    ...(system.operation === null ? {} : { op: system.operation }),
    ...(system.process === null ? {} : { pr: system.process }),
    ...(system.onTime.accumulatedMs === 0 && system.onTime.since === null ? {} : { on: system.onTime }),
    ...(system.savedState === null ? {} : { sv: system.savedState }),
    at: [system.createdAt, system.configurationChangedAt, system.stateChangedAt],
    ...(system.wasRunning ? { wr: true as const } : {}),
    ...(system.differencing === undefined || system.differencing.length === 0 ? {} : { dd: system.differencing }),
    ...(system.referencePoints === undefined || system.referencePoints.length === 0
      ? {}
      : { rp: system.referencePoints }),
    r: system.revision,
    ...(system.extras === undefined ? {} : { ex: system.extras }),
    ...(system.importSource === undefined ? {} : { im: system.importSource }),
    ...(system.forkedFrom === undefined ? {} : { fk: system.forkedFrom }),
  };
  return stored;
};

/** Strings that thousands of systems share (data roots, kinds) exist once in memory. */
export class TextPool {
  readonly #texts = new Map<string, string>();
  one(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }
}

const SHARED_NAMES: readonly string[] = ['ConfigurationDataRoot', 'SnapshotDataRoot', 'SwapFileDataRoot', 'Version'];

const loadValues = (values: SettingValues, pool: TextPool): SettingValues => {
  const mutable = values as Record<string, SettingValues[string]>;
  for (const name of SHARED_NAMES) {
    const text = mutable[name];
    if (typeof text === 'string') mutable[name] = pool.one(text);
  }
  return mutable;
};

const loadDevice = (stored: number | StoredDevice, defaults: readonly DeviceSetting[]): DeviceSetting => {
  if (typeof stored === 'number') {
    const device = defaults[stored];
    if (device === undefined) throw new Error(`no default device ${stored}`);
    return device;
  }
  const kind = findKind(stored.k)?.kind;
  if (kind === undefined) throw new Error(`unknown device kind ${stored.k}`);
  return { part: stored.p, kind, parent: stored.u ?? null, values: stored.v ?? NO_VALUES };
};

const loadDevices = (
  stored: readonly (number | StoredDevice)[],
  defaults: readonly DeviceSetting[],
): readonly DeviceSetting[] => {
  const devices = stored.map((device) => loadDevice(device, defaults));
  return withOffloads(devices, (index) => {
    const device = stored[index];
    return typeof device === 'object' && device.n === true;
  });
};

const loadConfiguration = (
  stored: StoredConfiguration,
  generation: 1 | 2,
  owner: string,
  pool: TextPool,
): Configuration => {
  const defaults = DEFAULT_DEVICES[generation];
  return {
    id: stored.id ?? owner,
    values: loadValues(stored.v, pool),
    devices: stored.d === undefined ? defaults : loadDevices(stored.d, defaults),
    bootSources: stored.b ?? NONE,
  };
};

/** @throws Error when the record is not one that `storeSystem` wrote. */
export const loadSystem = (record: unknown, kind: VirtualSystem['kind'], pool: TextPool): VirtualSystem => {
  const stored = record as StoredSystem;
  if (typeof stored.id !== 'string' || (stored.g !== 1 && stored.g !== 2) || !Array.isArray(stored.at)) {
    throw new Error('the record of a virtual system is damaged');
  }
  return {
    id: stored.id,
    kind,
    generation: stored.g,
    active: loadConfiguration(stored.c, stored.g, stored.id, pool),
    snapshots:
      stored.s === undefined
        ? NONE
        : stored.s.map((snapshot) => ({
            configuration: loadConfiguration(snapshot.c, stored.g, stored.id, pool),
            type: snapshot.t,
            parent: snapshot.u ?? null,
            createdAt: snapshot.at,
            ...(snapshot.m === true ? { memory: true as const } : {}),
            ...(snapshot.f === true ? { atRest: true as const } : {}),
          })),
    currentSnapshot: stored.cs ?? null,
    lastApplied: stored.la ?? null,
    power: stored.pw ?? 'off',
    requestedState: stored.rq ?? NO_REQUEST,
    operation: stored.op ?? null,
    process: stored.pr ?? null,
    onTime: stored.on ?? NO_ON_TIME,
    savedState: stored.sv ?? null,
    createdAt: stored.at[0],
    configurationChangedAt: stored.at[1],
    stateChangedAt: stored.at[2],
    wasRunning: stored.wr === true,
    revision: stored.r,
    ...(stored.dd === undefined ? {} : { differencing: stored.dd }),
    ...(stored.rp === undefined ? {} : { referencePoints: stored.rp }),
    ...(stored.ex === undefined ? {} : { extras: stored.ex }),
    ...(stored.im === undefined ? {} : { importSource: stored.im }),
    ...(stored.fk === undefined ? {} : { forkedFrom: stored.fk }),
  };
};

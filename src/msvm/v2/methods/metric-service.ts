import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { DomainError } from '../../../core/errors.ts';
import { METRIC_ROWS, isMeasuredOn } from '../../../core/metrics/metric-rows.ts';
import type { MetricOrder } from '../../../core/metrics/meter.ts';
import type { MetricSubject } from '../../../core/metrics/requests.ts';
import type { DeviceSetting, VirtualSystem } from '../../../core/model.ts';
import { intervalMs } from '../../../core/systems/datetime.ts';
import { COLLECTION_STATES } from '../associations/metrics.ts';
import type { MetricDefinitionEntity } from '../metrics/definitions.ts';
import { definitionOf } from '../metrics/definitions.ts';
import { definitionsOfPool, measuredPool, measuredPools, poolValuesOfDefinition } from '../metrics/pool-values.ts';
import { valuesOfDefinition } from '../metrics/values.ts';
import { allPools, type PoolEntity } from '../pools/pool.ts';
import { METRIC_SERVICE } from '../services/services.ts';
import { activePlace } from '../settings/places.ts';
import { settingPath } from '../settings/setting.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import type { Arguments } from './arguments.ts';
import { done, type MethodRow, type MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import { refused } from './refused.ts';
import type { MethodServices } from './services.ts';

export { METRIC_SERVICE };

const ORDERS: Readonly<Record<number, MetricOrder>> = { 2: 'enable', 3: 'disable', 4: 'reset' };
const SMALLEST = 2;
const LARGEST = 3;
/** Values in one answer of GetMetricValues. */
const MAX_VALUES = 10_000;
const MODIFY_SERVICE_JOB = 4;
const SETTING = 'Msvm_MetricServiceSettingData';

interface MeasuredMachine {
  readonly system: VirtualSystem;
  /** Null: the whole machine. */
  readonly setting: DeviceSetting | null;
}

type Measurable = MeasuredMachine | { readonly pool: PoolEntity };

const isPool = (one: Measurable): one is { readonly pool: PoolEntity } => 'pool' in one;
/** Of one device, and not of several things together. */
const isDevice = (one: Measurable): boolean => !isPool(one) && one.setting !== null;

/** Msvm_MetricService (other-services §4). No method but ModifyServiceSettings has a job. */
export const metricServiceMethods = (services: MethodServices): MethodRows => {
  const { projection, references, graph, catalog, metrics } = services;

  const definition = (args: Arguments): MetricDefinitionEntity | null => {
    const path = args.reference('Definition');
    if (path === null) return null;
    const found = catalog.find(path);
    if (found?.kind === 'metricDefinition') return found as MetricDefinitionEntity;
    throw new DomainError(
      'invalidParameter',
      'Definition names no metric of this host. Read CIM_BaseMetricDefinition for those that there are.',
    );
  };

  const subject = (path: ObjectPath): Measurable => {
    const pool = catalog.find(path);
    if (pool?.kind === 'pool' && definitionsOfPool(pool as PoolEntity).length > 0) return { pool: pool as PoolEntity };
    const system = references.system(path);
    if (system !== undefined && system !== 'host' && system.kind === 'realized') return { system, setting: null };
    const target = references.setting(path);
    if (target !== undefined && target.place.snapshot === null && target.place.system.kind === 'realized')
      return { system: target.place.system, setting: target.setting };
    throw new DomainError(
      'invalidParameter',
      'Subject names nothing that is measured. Use a virtual machine, or the settings of one of its processors, memory, disks, network adapters or metering rules, or the pool that they are taken from.',
    );
  };

  /** Everything of one class that can be measured: `path` is a class, or any object of it. */
  const allOfClass = (path: ObjectPath): readonly Measurable[] => {
    const isSystem = fold(path.className) === 'msvm_computersystem';
    const systems = [...graph.systems()].filter(({ kind }) => kind === 'realized');
    if (isSystem) return systems.map((system) => ({ system, setting: null }));
    const pools = allPools(projection).filter(
      (pool) => fold(pool.className) === fold(path.className) && definitionsOfPool(pool).length > 0,
    );
    if (pools.length > 0) return pools.map((pool) => ({ pool }));
    return systems.flatMap((system) =>
      system.active.devices
        .filter((setting) => fold(kindRow(setting.kind).settingClass) === fold(path.className))
        .filter((setting) => METRIC_ROWS.some((row) => isMeasuredOn(row, setting)))
        .map((setting) => ({ system, setting })),
    );
  };

  const requireSome = (found: readonly Measurable[]): readonly Measurable[] => {
    if (found.length > 0) return found;
    throw new DomainError('invalidParameter', 'Nothing of the class of Subject is measured on this host.');
  };

  /** A definition for devices is none of a machine, and the other way round. */
  const requireFitting = (one: MetricDefinitionEntity | null, subjects: readonly Measurable[]): void => {
    if (one === null || subjects.every((each) => one.aggregate === !isDevice(each))) return;
    throw new DomainError(
      'invalidParameter',
      one.aggregate
        ? `${one.name} is measured of virtual machines, not of devices.`
        : `${one.name} is measured of devices. Use the metric whose name begins with Aggregated for a virtual machine.`,
    );
  };

  const control = (subjectsOf: (path: ObjectPath) => readonly Measurable[]): MethodRow => ({
    right: 'administer',
    jobType: null,
    out: [],
    run: async ({ args }) => {
      const subjects = subjectsOf(args.requiredReference('Subject'));
      const wanted = definition(args);
      requireFitting(wanted, subjects);
      const order = ORDERS[args.requiredInteger('MetricCollectionEnabled')];
      if (order === undefined)
        throw new DomainError('invalidParameter', 'MetricCollectionEnabled is 2 (enable), 3 (disable) or 4 (reset).');
      const named = subjects.flatMap((one): readonly MetricSubject[] =>
        isPool(one) ? [] : [{ system: one.system.id, part: one.setting?.part ?? null }],
      );
      const metric = wanted?.metric ?? null;
      await metrics.control(named, metric, order);
      for (const one of subjects)
        if (isPool(one) && (wanted === null || definitionsOfPool(one.pool).includes(wanted) || subjects.length === 1))
          await metrics.pools.control(measuredPool(one.pool), metric, order);
      return done();
    },
  });

  /** Every subject with each metric that it has. */
  function* pairs(
    subjects: readonly Measurable[],
    wanted: MetricDefinitionEntity | null,
  ): Iterable<{ readonly one: Measurable; readonly own: MetricDefinitionEntity }> {
    for (const one of subjects)
      for (const row of METRIC_ROWS) {
        const has = isPool(one)
          ? row.on.has(one.pool.row.kind)
          : one.setting === null || isMeasuredOn(row, one.setting);
        const own = definitionOf(row.key, !isDevice(one));
        if (has && (wanted === null || wanted === own)) yield { one, own };
      }
  }

  const pathOf = (one: Measurable): ObjectPath => {
    if (isPool(one)) return catalog.path(one.pool);
    const { system, setting } = one;
    return setting === null
      ? references.systemPath(system)
      : settingPath(projection, kindRow(setting.kind), activePlace(system), setting.part);
  };

  const collection = (one: Measurable, { metric }: MetricDefinitionEntity): number =>
    COLLECTION_STATES[
      isPool(one)
        ? metrics.pools.collection(measuredPool(one.pool), metric)
        : metrics.collection(one.system, one.setting?.part ?? null, metric)
    ];

  const show = (subjectsOf: (path: ObjectPath) => readonly Measurable[], elements: boolean): MethodRow => ({
    right: 'read',
    jobType: null,
    out: [...(elements ? ['ManagedElements'] : []), 'DefinitionList', 'MetricNames', 'MetricCollectionEnabled'],
    run: async ({ args }) => {
      const path = args.reference('Subject');
      const wanted = definition(args);
      if (path === null && wanted === null)
        throw new DomainError('invalidParameter', 'Give Subject, Definition or both.');
      const subjects = path === null ? allWith(wanted) : subjectsOf(path);
      const found = [...pairs(subjects, wanted)];
      return done({
        ...(elements ? { ManagedElements: found.map(({ one }) => pathOf(one)) } : {}),
        DefinitionList: found.map(({ own }) => catalog.path(own)),
        MetricNames: found.map(({ own }) => own.name),
        MetricCollectionEnabled: found.map(({ one, own }) => collection(one, own)),
      });
    },
  });

  /** Subject NULL: everything that has the metric; of pools those that are measured. */
  const allWith = (wanted: MetricDefinitionEntity | null): readonly Measurable[] => [
    ...[...graph.systems()]
      .filter(({ kind }) => kind === 'realized')
      .flatMap((system): readonly Measurable[] =>
        wanted?.aggregate === true
          ? [{ system, setting: null }]
          : system.active.devices.map((setting) => ({ system, setting })),
      ),
    ...[...measuredPools(projection)].map((pool) => ({ pool })),
  ];

  return {
    ControlMetrics: control((path) => [subject(path)]),
    ControlMetricsByClass: control((path) => requireSome(allOfClass(path))),
    ShowMetrics: show((path) => [subject(path)], true),
    ShowMetricsByClass: show((path) => requireSome(allOfClass(path)), false),
    GetMetricValues: {
      right: 'read',
      jobType: null,
      out: ['Values'],
      run: async ({ args }) => {
        const wanted = definition(args);
        if (wanted === null) throw new DomainError('invalidParameter', 'Definition is missing. Name a metric.');
        const range = args.requiredInteger('Range');
        if (range !== SMALLEST && range !== LARGEST)
          throw new DomainError('invalidParameter', 'Range is 2 (the smallest values) or 3 (the largest ones).');
        const count = args.requiredInteger('Count');
        if (count < 1 || count > MAX_VALUES)
          throw new DomainError('invalidParameter', `Count is ${count}. Ask for 1 to ${MAX_VALUES} values.`);
        const sign = range === SMALLEST ? 1 : -1;
        const found = [
          ...valuesOfDefinition(projection, wanted),
          ...poolValuesOfDefinition(projection, wanted),
        ].toSorted(
          (a, b) => sign * (a.reading.value < b.reading.value ? -1 : a.reading.value > b.reading.value ? 1 : 0),
        );
        return done({ Values: found.slice(0, count).map((value) => catalog.path(value)) });
      },
    },
    ControlSampleTimes: refused(
      'The times at which machines are sampled are fixed: values are made when they are read.',
      null,
    ),
    ModifyServiceSettings: {
      right: 'administer',
      jobType: MODIFY_SERVICE_JOB,
      out: [],
      run: async ({ args }) => {
        const settings = services.texts.read('SettingData', args.requiredText('SettingData'), SETTING);
        const text = settings.get('MetricsFlushInterval');
        if (text !== null) {
          const ms = typeof text === 'string' ? intervalMs(text) : null;
          if (ms === null)
            throw new DomainError(
              'invalidParameter',
              'MetricsFlushInterval is no interval of the form ddddddddHHMMSS.mmmmmm:000.',
            );
          await metrics.setFlushInterval(ms);
        }
        return done({}, [{ element: { kind: 'service', className: METRIC_SERVICE }, effect: 0 }]);
      },
    },
    ...serviceControlMethods(),
  };
};

import type { CimInstance } from '../../../cim/instance.ts';
import type { CimValue, CimValues } from '../../../cim/values.ts';
import { deviceValue, numberValue } from '../../../core/devices/effective.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import { isEnded } from '../../../core/jobs/job.ts';
import type { DeviceSetting, SettingValue } from '../../../core/model.ts';
import type { MachineFigures } from '../../../core/ports.ts';
import { datetimeText } from '../../../core/systems/datetime.ts';
import { elementNameOf, SYSTEM_DEFAULTS } from '../../../core/systems/system-defaults.ts';
import type { Projection } from '../../projection.ts';
import { applicationHealth, contactStatus } from '../devices/integration.ts';
import { hasDevices } from '../devices/system-device.ts';
import { jobInstance } from '../jobs/job.ts';
import type { SummarySource } from '../methods/summary-source.ts';
import { snapshotPlaces } from '../settings/places.ts';
import { switchOf } from '../settings/setting-index.ts';
import { systemSettingInstance } from '../settings/system-setting.ts';
import { enhancedSessionModeState, onTimeMs } from '../systems/computer-system.ts';
import { health, POWER_STATES } from '../systems/power-state.ts';

const SUMMARY = 'Msvm_SummaryInformation';
/** MemoryAvailable and AvailableMemoryBuffer where the host does not know: samples cast them without a check. */
const UNKNOWN_PERCENT = 0x7fffffff;

/** What one code asks for: `running` is null unless the place is the active state of a system with a guest. */
interface Subject {
  readonly projection: Projection;
  readonly place: ConfigurationPlace;
  /** Active settings of a system, not a snapshot's. */
  readonly active: boolean;
  readonly running: boolean;
  readonly figures: MachineFigures | null;
}

type Field = readonly [property: string, value: (subject: Subject) => CimValue];

/** Own value of a configuration or the default of its generation. */
const setting = ({ place }: Subject, name: string): SettingValue =>
  place.configuration.values[name] ?? SYSTEM_DEFAULTS[place.system.generation][name] ?? null;

const firstOfKind = ({ place }: Subject, kind: string): DeviceSetting | undefined => {
  const { devices } = place.configuration;
  for (let at = 0; at < devices.length; at++) if (devices[at]!.kind === kind) return devices[at];
  return undefined;
};

const quantity = (subject: Subject, kind: string): number => {
  const device = firstOfKind(subject, kind);
  return device === undefined ? 0 : numberValue(device, 'VirtualQuantity');
};

const isDynamic = (subject: Subject): boolean => {
  const memory = firstOfKind(subject, 'memory');
  return memory !== undefined && deviceValue(memory, 'DynamicMemoryEnabled') === true;
};

const switchNames = ({ projection, place }: Subject): string[] => {
  const names: string[] = [];
  const { devices } = place.configuration;
  // By index: the iterator of a frozen array makes an object for each of the twenty default devices.
  for (let at = 0; at < devices.length; at++) {
    const id = switchOf(devices[at]!);
    const found = id === null ? undefined : projection.graph.switch(id);
    if (found !== undefined) names.push(found.name);
  }
  return names;
};

/** NULL while off, except that a running system always has numbers (management-service, GetSummaryInformation). */
const memoryPercent = (subject: Subject, value: (used: number, total: number) => number): CimValue => {
  if (!subject.running) return null;
  const guest = subject.figures?.guestMemory ?? null;
  if (!isDynamic(subject) || guest === null || guest.totalMb <= 0) return UNKNOWN_PERCENT;
  return Math.round(value(guest.totalMb - guest.availableMb, guest.totalMb));
};

const healthOf = ({ place, active }: Subject) => health(active ? place.system : { power: 'off', operation: null });

const load = ({ figures }: Subject): number => Math.round(figures?.processorLoadPercent ?? 0);

/** Every code of the table, with the property it fills. Pictures (5, 6, 7) take waiting and are added by the method. */
const FIELDS: Readonly<Record<number, Field>> = {
  1: ['ElementName', ({ place }) => elementNameOf(place.configuration)],
  2: ['CreationTime', ({ place }) => datetimeText(place.snapshot?.createdAt ?? place.system.createdAt)],
  3: ['Notes', (subject) => notesText(setting(subject, 'Notes'))],
  4: ['NumberOfProcessors', (subject) => quantity(subject, 'processor')],
  8: ['AllocatedGPU', () => ''],
  9: ['VirtualSwitchNames', switchNames],
  10: ['Version', (subject) => String(setting(subject, 'Version') ?? '')],
  11: ['Shielded', (subject) => isShielded(subject)],
  100: ['EnabledState', ({ place, active }) => POWER_STATES[active ? place.system.power : 'off'].enabledState],
  101: ['ProcessorLoad', load],
  102: ['ProcessorLoadHistory', (subject) => (subject.running ? [load(subject)] : [])],
  103: ['MemoryUsage', (subject) => memoryUsage(subject)],
  104: ['Heartbeat', ({ running, figures }) => (running ? contactStatus(figures) : null)],
  105: [
    'UpTime',
    ({ projection, place, active }) =>
      active ? BigInt(Math.floor(onTimeMs(place.system, projection.clock.now()))) : 0n,
  ],
  106: ['GuestOperatingSystem', ({ figures }) => figures?.guestOperatingSystem ?? null],
  107: ['Snapshots', (subject) => snapshots(subject)],
  108: ['AsynchronousTasks', (subject) => tasks(subject)],
  109: ['HealthState', (subject) => healthOf(subject).HealthState],
  110: ['OperationalStatus', (subject) => healthOf(subject).OperationalStatus],
  111: ['StatusDescriptions', (subject) => healthOf(subject).StatusDescriptions],
  112: ['MemoryAvailable', (subject) => memoryPercent(subject, (used, total) => (100 * (total - used)) / total)],
  113: [
    'AvailableMemoryBuffer',
    (subject) => memoryPercent(subject, (used, total) => (used <= 0 ? 100 : (100 * (total - used)) / used)),
  ],
  114: ['ReplicationMode', () => 0],
  115: ['ReplicationState', () => 0],
  116: ['ReplicationHealth', () => 0],
  117: ['ApplicationHealth', ({ running, figures }) => (running ? applicationHealth(figures) : null)],
  118: ['ReplicationStateEx', () => [0]],
  119: ['ReplicationHealthEx', () => [0]],
  120: ['SwapFilesInUse', () => false],
  121: ['IntegrationServicesVersionState', ({ figures }) => (figures?.guestAgent === 'ok' ? 1 : 0)],
  122: ['ReplicationProviderId', () => []],
  123: ['MemorySpansPhysicalNumaNodes', () => false],
  132: ['OtherEnabledState', () => null],
  133: ['EnhancedSessionModeState', ({ projection }) => enhancedSessionModeState(projection)],
};

const notesText = (notes: SettingValue): string =>
  Array.isArray(notes) ? String(notes[0] ?? '') : String(notes ?? '');

const isShielded = (subject: Subject): boolean => {
  const security = firstOfKind(subject, 'security');
  return security !== undefined && deviceValue(security, 'ShieldingRequested') === true;
};

const memoryUsage = (subject: Subject): bigint => {
  if (!subject.running) return 0n;
  const used = subject.figures?.memoryUsageMb ?? 0;
  return BigInt(Math.round(used > 0 ? used : quantity(subject, 'memory')));
};

const snapshots = ({ projection, place, active }: Subject): CimInstance[] =>
  active && place.system.snapshots.length > 0
    ? snapshotPlaces(place.system).map((one) => systemSettingInstance(projection, one))
    : [];

/** Jobs of the machine that still run (jobs-and-errors §5). */
const tasks = ({ projection, place, active }: Subject): CimInstance[] => {
  if (!active) return [];
  const running: CimInstance[] = [];
  for (const job of projection.graph.jobsAffecting(place.system.id))
    if (!isEnded(job)) running.push(jobInstance(projection, job));
  return running;
};

interface Common {
  readonly requested: ReadonlySet<number>;
  readonly fields: readonly Field[];
  /** All properties of a summary, copied for each: an object that gets them one by one takes five times the memory. */
  readonly blank: Readonly<CimValues>;
}

/** Msvm_SummaryInformation of any namespace that has the class (management-service, GetSummaryInformation). */
export class Summaries implements SummarySource {
  readonly #projection: Projection;
  /** What the summaries of one request have in common. */
  #common: Common | null = null;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  summary(place: ConfigurationPlace, requested: ReadonlySet<number>): CimInstance {
    const active = place.snapshot === null;
    const running = active && hasDevices(place.system);
    const figures = running ? (this.#projection.graph.machine(place.system.id)?.figures() ?? null) : null;
    const subject: Subject = { projection: this.#projection, place, active, running, figures };
    const { blank, fields } = this.#commonOf(requested);
    const values: CimValues = { ...blank };
    // The machine's GUID; a snapshot is told by its own.
    values['Name'] = place.configuration.id;
    values['VirtualSystemSubType'] = `Microsoft:Hyper-V:SubType:${place.system.generation}`;
    for (let at = 0; at < fields.length; at++) {
      const [property, value] = fields[at]!;
      values[property] = value(subject);
    }
    return this.#shape().make(values);
  }

  missing(): CimInstance {
    return this.#shape().make({ Name: '' });
  }

  #commonOf(requested: ReadonlySet<number>): Common {
    if (this.#common?.requested === requested) return this.#common;
    const fields = [...requested].map((code) => FIELDS[code]).filter((field) => field !== undefined);
    const blank: CimValues = {
      Name: null,
      HostComputerSystemName: this.#projection.hostName,
      VirtualSystemSubType: null,
      ...Object.fromEntries(fields.map(([name]) => [name, null])),
    };
    return (this.#common = { requested, fields, blank });
  }

  #shape() {
    return this.#projection.shape(SUMMARY, '', () => ({}));
  }
}

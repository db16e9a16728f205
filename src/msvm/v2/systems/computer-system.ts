import { fold } from '../../../cim/names.ts';
import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { VirtualSystem } from '../../../core/model.ts';
import { datetimeText } from '../../../core/systems/datetime.ts';
import { elementNameOf } from '../../../core/systems/system-defaults.ts';
import { shownId } from '../../../core/systems/shown-id.ts';
import type { EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { HostEntity, SystemEntity } from '../entities.ts';
import { NEVER } from '../../never.ts';
import { health, POWER_STATES } from './power-state.ts';

export const COMPUTER_SYSTEM = 'Msvm_ComputerSystem';
export const PLANNED_COMPUTER_SYSTEM = 'Msvm_PlannedComputerSystem';

export const systemEntity = (system: VirtualSystem): SystemEntity => ({
  kind: 'system',
  className: system.kind === 'planned' ? PLANNED_COMPUTER_SYSTEM : COMPUTER_SYSTEM,
  system,
});

export const HOST: HostEntity = { kind: 'host', className: COMPUTER_SYSTEM };

/** Running time in milliseconds; zero while there is no guest (lifecycle §4). */
export const onTimeMs = (system: VirtualSystem, now: number): number => {
  if (!POWER_STATES[system.power].devices) return 0;
  const { accumulatedMs, since } = system.onTime;
  return accumulatedMs + (since === null ? 0 : Math.max(0, now - since));
};

/** EnhancedSessionModeState: 3 not allowed, 6 allowed but not offered by the guest (object-model §3, never null). */
export const enhancedSessionModeState = (projection: Projection): number =>
  projection.serviceSetting('EnhancedSessionModeEnabled') === true ? 6 : 3;

/** Values that realized and planned systems share with the host (object-model §3). */
const REPLICATION: CimValues = {
  ReplicationState: 0,
  ReplicationHealth: 0,
  ReplicationMode: 0,
  FailedOverReplicationType: 0,
  LastReplicationType: 0,
  LastReplicationTime: NEVER,
  LastApplicationConsistentReplicationTime: NEVER,
};

/** The schema's default is 12; real hosts leave it unset on systems (object-model §3). */
const NO_TRANSITION: CimValues = { TransitioningToState: null };

const REALIZED: CimValues = {
  ...REPLICATION,
  ...NO_TRANSITION,
  Caption: 'Virtual Machine',
  // Clients tell guests from the host by this text (README rule 4).
  Description: 'Microsoft Virtual Machine',
  CreationClassName: COMPUTER_SYSTEM,
  EnabledDefault: 3,
  NumberOfNumaNodes: 1,
  ResetCapability: 1,
};

const PLANNED: CimValues = {
  ...NO_TRANSITION,
  Caption: 'Planned Virtual Machine',
  Description: 'Microsoft Planned Virtual Machine',
  CreationClassName: PLANNED_COMPUTER_SYSTEM,
  EnabledState: 3,
  EnabledDefault: 3,
  RequestedState: 12,
  NumberOfNumaNodes: 1,
  ResetCapability: 1,
};

const HOST_CONSTANTS: CimValues = {
  ...REPLICATION,
  ...NO_TRANSITION,
  Caption: 'Hosting Computer System',
  Description: 'Microsoft Hosting Computer System',
  CreationClassName: COMPUTER_SYSTEM,
  EnabledState: 2,
  EnabledDefault: 2,
  RequestedState: 12,
  HealthState: 5,
  OperationalStatus: [2],
  StatusDescriptions: ['OK'],
  Status: 'OK',
  ResetCapability: 1,
  Dedicated: [0],
  NumberOfNumaNodes: 1,
};

export const systemInstance = (projection: Projection, system: VirtualSystem): CimInstance => {
  const planned = system.kind === 'planned';
  const shape = planned
    ? projection.shape(PLANNED_COMPUTER_SYSTEM, '', () => PLANNED)
    : projection.shape(COMPUTER_SYSTEM, 'realized', () => REALIZED);
  const { HealthState, OperationalStatus, StatusDescriptions, Status } = health(system);
  const values: CimValues = {
    ElementName: elementNameOf(system.active),
    Name: shownId(system),
    InstallDate: datetimeText(system.createdAt),
    EnabledState: POWER_STATES[system.power].enabledState,
    RequestedState: system.requestedState,
    HealthState,
    OperationalStatus,
    StatusDescriptions,
    Status,
    TimeOfLastConfigurationChange: datetimeText(system.configurationChangedAt),
    TimeOfLastStateChange: datetimeText(system.stateChangedAt),
    OnTimeInMilliseconds: BigInt(Math.floor(onTimeMs(system, projection.clock.now()))),
  };
  if (!planned) values['EnhancedSessionModeState'] = enhancedSessionModeState(projection);
  if (system.process !== null) values['ProcessID'] = system.process.pid;
  return shape.make(values);
};

export const systemPath = (projection: Projection, className: string, name: string): ObjectPath =>
  projection.path(className, { CreationClassName: className, Name: name });

/** True when the path's CreationClassName, if it has one, is the class itself. */
const ownClass = (path: ObjectPath, className: string): boolean => {
  const given = path.keys?.size === 1 ? undefined : path.key('CreationClassName');
  return given === undefined || (typeof given === 'string' && fold(given) === fold(className));
};

/** Msvm_ComputerSystem of virtual machines, or Msvm_PlannedComputerSystem. */
export class SystemSet implements EntitySet<SystemEntity> {
  readonly kind = 'system';
  readonly className: string;
  readonly #projection: Projection;
  readonly #planned: boolean;

  constructor(projection: Projection, className: typeof COMPUTER_SYSTEM | typeof PLANNED_COMPUTER_SYSTEM) {
    this.#projection = projection;
    this.className = className;
    this.#planned = className === PLANNED_COMPUTER_SYSTEM;
  }

  *entities(): Iterable<SystemEntity> {
    for (const system of this.#projection.graph.systems()) if (this.#mine(system)) yield systemEntity(system);
  }

  find(path: ObjectPath): SystemEntity | undefined {
    const name = path.key('Name');
    if (typeof name !== 'string' || !ownClass(path, this.className)) return undefined;
    const system = this.#byName(name);
    return system !== undefined && this.#mine(system) ? systemEntity(system) : undefined;
  }

  path(entity: SystemEntity): ObjectPath {
    return systemPath(this.#projection, this.className, shownId(entity.system));
  }

  instance(entity: SystemEntity): CimInstance {
    return systemInstance(this.#projection, entity.system);
  }

  candidates(property: string, match: Match, value: string): Iterable<SystemEntity> | undefined {
    const systems = match === 'equal' ? this.#equal(property, value) : undefined;
    return systems === undefined ? undefined : this.#entitiesOf(systems);
  }

  #equal(property: string, value: string): Iterable<VirtualSystem> | undefined {
    const { graph } = this.#projection;
    if (property === 'name') return some(this.#byName(value));
    if (property === 'elementname') return graph.systemsNamed(value);
    if (property === 'processid')
      return /^\d{1,10}$/.test(value) ? some(graph.systemOfProcess(Number(value))) : undefined;
    return undefined;
  }

  #byName(name: string): VirtualSystem | undefined {
    const { graph } = this.#projection;
    return this.#planned ? graph.plan(name) : graph.system(name);
  }

  *#entitiesOf(systems: Iterable<VirtualSystem>): Iterable<SystemEntity> {
    for (const system of systems) if (this.#mine(system)) yield systemEntity(system);
  }

  #mine(system: VirtualSystem): boolean {
    return (system.kind === 'planned') === this.#planned;
  }
}

/** The host as Msvm_ComputerSystem (object-model §3): clients find it by machine name. */
export class HostSet implements EntitySet<HostEntity> {
  readonly kind = 'host';
  readonly className = COMPUTER_SYSTEM;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  entities(): Iterable<HostEntity> {
    return [HOST];
  }

  find(path: ObjectPath): HostEntity | undefined {
    const name = path.key('Name');
    const mine = typeof name === 'string' && fold(name) === fold(this.#projection.hostName);
    return mine && ownClass(path, this.className) ? HOST : undefined;
  }

  path(): ObjectPath {
    return systemPath(this.#projection, this.className, this.#projection.hostName);
  }

  instance(): CimInstance {
    return this.#projection
      .shape(COMPUTER_SYSTEM, 'host', () => HOST_CONSTANTS)
      .make({
        ElementName: this.#projection.hostName,
        Name: this.#projection.hostName,
        EnhancedSessionModeState: enhancedSessionModeState(this.#projection),
      });
  }

  candidates(property: string, match: Match, value: string): Iterable<HostEntity> | undefined {
    if (match !== 'equal') return undefined;
    if (property === 'name' || property === 'elementname')
      return value === fold(this.#projection.hostName) ? [HOST] : [];
    return property === 'processid' ? [] : undefined;
  }
}

const some = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);

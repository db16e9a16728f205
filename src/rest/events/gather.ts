import type { CimInstance } from '../../cim/instance.ts';
import { CimInstance as Instance } from '../../cim/instance.ts';
import { PLAN, SYSTEM, SYSTEM_SETTING } from '../management/names.ts';
import { idIn, idOf, text } from '../management/values.ts';
import type { Change } from './entry.ts';

/** What changed in one batch of events: each object once, however often it changed. */
export interface Gathered {
  readonly systems: Map<string, Change>;
  readonly plans: Map<string, Change>;
  readonly switches: Map<string, Change>;
  readonly checkpoints: Map<string, { readonly change: Change; readonly vmId: string }>;
  /** The job as it was last told. */
  readonly jobs: Map<string, { readonly change: Change; readonly job: CimInstance }>;
  /** Machines, plans or checkpoints whose settings or devices are others. */
  readonly configurations: Set<string>;
}

/** What is listened to; everything that a resource of REST shows. */
export const EVENT_QUERY =
  'SELECT * FROM __InstanceOperationEvent WHERE ' +
  [
    SYSTEM,
    PLAN,
    SYSTEM_SETTING,
    'CIM_ConcreteJob',
    'CIM_ResourceAllocationSettingData',
    'Msvm_EthernetSwitchPortFeatureSettingData',
    'Msvm_VirtualEthernetSwitch',
    'Msvm_VirtualEthernetSwitchSettingData',
  ]
    .map((name) => `TargetInstance ISA '${name}'`)
    .join(' OR ');

const changeOf = (event: CimInstance): Change =>
  event.isA('__InstanceCreationEvent') ? 'created' : event.isA('__InstanceDeletionEvent') ? 'deleted' : 'changed';

/** Two changes in a row as one. */
const joined = (before: Change | undefined, after: Change): Change =>
  before === 'created' && after === 'changed' ? 'created' : after;

const note = (map: Map<string, Change>, id: string, change: Change): void => {
  map.set(id, joined(map.get(id), change));
};

export const gather = (events: readonly CimInstance[]): Gathered => {
  const gathered: Gathered = {
    systems: new Map(),
    plans: new Map(),
    switches: new Map(),
    checkpoints: new Map(),
    jobs: new Map(),
    configurations: new Set(),
  };
  for (const event of events) {
    const target = event.get('TargetInstance');
    if (target instanceof Instance) add(gathered, target, changeOf(event));
  }
  return gathered;
};

const add = (gathered: Gathered, target: CimInstance, change: Change): void => {
  const name = text(target, 'Name') ?? '';
  const instanceId = text(target, 'InstanceID') ?? '';
  if (target.isA(SYSTEM)) note(gathered.systems, name, change);
  else if (target.isA(PLAN)) note(gathered.plans, name, change);
  else if (target.isA('CIM_ConcreteJob')) {
    const before = gathered.jobs.get(instanceId);
    gathered.jobs.set(instanceId, { change: joined(before?.change, change), job: target });
  } else if (target.isA('Msvm_VirtualEthernetSwitch')) note(gathered.switches, name, change);
  else if (target.isA('Msvm_VirtualEthernetSwitchSettingData'))
    note(gathered.switches, text(target, 'VirtualSystemIdentifier') ?? '', 'changed');
  else if (target.isA(SYSTEM_SETTING) && (text(target, 'VirtualSystemType') ?? '').includes(':Snapshot:')) {
    const id = idOf(instanceId);
    const vmId = text(target, 'VirtualSystemIdentifier') ?? '';
    gathered.checkpoints.set(id, { change: joined(gathered.checkpoints.get(id)?.change, change), vmId });
  } else {
    // Settings of a machine and of what belongs to it; that of a system which comes or goes is told with it.
    const id = idIn(instanceId);
    if (id !== null) gathered.configurations.add(id);
  }
};

import { affectedOrNone } from '../jobs/affected.ts';
import { explainedJob } from '../jobs/explained.ts';
import type { Management } from '../management/management.ts';
import { PLAN, SYSTEM, systemPath } from '../management/names.ts';
import { readVm } from '../vms/view.ts';
import { CimError } from '../../cim/errors.ts';
import type { Change, Entry, EventKind } from './entry.ts';
import type { Gathered } from './gather.ts';

type Told = Pick<Entry, 'kind' | 'data'>;

const entry = (kind: EventKind, data: object): Told => ({ kind, data: JSON.stringify({ kind, ...data }) });

/** A batch in the words of REST. What is told is how things are now, which may be later than the event. */
export const tell = async (management: Management, gathered: Gathered): Promise<readonly Told[]> => {
  const told: Told[] = [];
  for (const [id, change] of gathered.plans) told.push(entry('plan', { change, id }));
  const settings = new Set<string>();
  for (const id of gathered.configurations) {
    if (gathered.systems.get(id) === 'created' || gathered.checkpoints.has(id) || gathered.plans.has(id)) continue;
    if ((await management.find(systemPath(SYSTEM, id))) !== null) settings.add(id);
    else if ((await management.find(systemPath(PLAN, id))) !== null)
      told.push(entry('plan', { change: 'changed', id }));
  }
  // A machine shows how many checkpoints it has.
  const states = new Map<string, Change>(gathered.systems);
  for (const { vmId } of gathered.checkpoints.values()) if (!states.has(vmId)) states.set(vmId, 'changed');
  for (const [id, change] of states) {
    const vm = change === 'deleted' ? null : await vmOrNull(management, id);
    // Gone since: its own event follows. The host is a Msvm_ComputerSystem too, and no machine.
    if (vm === null && change !== 'deleted') continue;
    told.push(entry('vm', { change, aspect: settings.has(id) ? 'settings' : 'state', id, vm }));
    settings.delete(id);
  }
  for (const id of settings) {
    const vm = await vmOrNull(management, id);
    if (vm !== null) told.push(entry('vm', { change: 'changed', aspect: 'settings', id, vm }));
  }
  for (const [id, { change, vmId }] of gathered.checkpoints) told.push(entry('checkpoint', { change, id, vmId }));
  for (const [id, change] of gathered.switches) told.push(entry('switch', { change, id }));
  for (const [id, { change, job }] of gathered.jobs) {
    const path = job.path();
    const affected = path === null || change === 'deleted' ? [] : await affectedOrNone(management, path);
    told.push(
      entry('job', {
        change,
        id,
        job: change === 'deleted' ? null : { ...(await explainedJob(management, job)), affected },
      }),
    );
  }
  return told;
};

const unlessGone = async <T>(read: Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await read;
  } catch (error) {
    if (error instanceof CimError && error.code === 'notFound') return otherwise;
    throw error;
  }
};

const vmOrNull = (management: Management, id: string) => unlessGone<object | null>(readVm(management, id), null);

import type { Guid, SettingValues, VirtualSystem } from '../model.ts';
import { DomainError } from '../errors.ts';
import type { JobDefinition } from '../jobs/definition.ts';
import type { AffectedElement, Job } from '../jobs/job.ts';
import type { RequestContext, SnapshotOperations, SnapshotRequest } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { newGuid } from '../systems/identifiers.ts';
import { revise } from '../systems/ledger.ts';
import { isLive } from '../systems/moments.ts';
import { STATE_WORDS } from '../systems/power.ts';
import { invalid, settingSource, wrongState } from '../systems/refusals.ts';
import { effectiveValues, elementNameOf } from '../systems/system-defaults.ts';
import { requireNotBusy, requireSystem } from '../systems/targets.ts';
import { checkName } from '../systems/value-checks.ts';
import type { CreateDefinition } from './create-job.ts';
import type { CreateParams } from './create-params.ts';
import { disksOf, notSnapshottable, sharedDisk } from '../differencing/disk-tree.ts';
import { childName } from '../differencing/child-name.ts';
import { defaultSnapshotName } from './default-name.ts';

/** Most checkpoints that a machine has (spec snapshots §2), reference points included: each is a file in its chains. */
const MAXIMUM_SNAPSHOTS = 50;

/** UserSnapshotType (object-model §4). */
const DISABLED = 2;
const PRODUCTION = 3;
const PRODUCTION_ONLY = 4;

/**
 * CreateSnapshot (spec snapshots §2). All names of new files are chosen here and stored with the begin of the job, before any
 * of them is made.
 */
export const createSnapshot = async (
  context: SystemsContext,
  definition: CreateDefinition,
  request: RequestContext,
  id: Guid,
  wanted: SnapshotRequest & { readonly automatic?: true },
): ReturnType<SnapshotOperations['create']> => {
  const owner = requireSystem(context, id).id;
  return context.turns.run(owner, async () => {
    const system = requireSystem(context, owner);
    requireCapturable(system, wanted);
    const params = captureParams(context, system, wanted);
    // No other settings of a system: clients take the first (spec snapshots §2, os-win).
    const made: AffectedElement['element'] = { kind: 'configuration', id: params.snapshot };
    return { job: await submitCapture(context, definition, request, system, params, made), snapshot: params.snapshot };
  });
};

/** The job that keeps a moment of a machine, which is busy with it; `made`: what clients find the moment by. */
export const submitCapture = <P extends CreateParams>(
  context: SystemsContext,
  definition: JobDefinition<P>,
  request: RequestContext,
  system: VirtualSystem,
  params: P,
  made: AffectedElement['element'],
): Promise<Job> => {
  const busy = revise(system, { operation: { kind: 'creatingSnapshot', exclusive: true } });
  const affected = [
    { element: { kind: 'system', id: system.id }, effect: 0 },
    { element: made, effect: 5 },
  ] as const;
  return context.jobs.submit(request, definition, params, affected, context.ledger.joined(system, busy));
};

/** @throws DomainError when no moment of the machine can be kept now, or none of this kind */
export const requireCapturable = (system: VirtualSystem, wanted: SnapshotRequest): void => {
  if (system.kind === 'planned') throw invalid('The system is planned. Realize it before a checkpoint of it is taken.');
  requireNotBusy(system);
  const { power } = system;
  if (power !== 'off' && power !== 'saved' && power !== 'running' && power !== 'paused')
    throw wrongState(`The virtual machine is ${STATE_WORDS[power]}. Take the checkpoint when that has ended.`);
  if (wanted.type === 'standard' && userSnapshotType(system) === DISABLED)
    throw wrongState('Checkpoints of this virtual machine are disabled. Change its UserSnapshotType first.');
  if (wanted.elementName !== null) {
    if (wanted.elementName === '') throw invalid('ElementName of a checkpoint must not be empty.');
    checkName(wanted.elementName);
  }
  requireRoom(system);
  if (!wanted.ignoreNonSnapshottableDisks) requireSnapshottable(system);
};

/** Spec snapshots §2, blocking conditions. @throws DomainError failed */
const requireSnapshottable = ({ id, active }: VirtualSystem): void => {
  const refused = (part: string, what: string): DomainError =>
    new DomainError('failed', `The virtual machine has ${what}, or set IgnoreNonSnapshottableDisks.`, {
      source: settingSource(active.id, part, id),
    });
  const held = notSnapshottable(active);
  if (held !== undefined) throw refused(held.part, 'a device of the host, which no checkpoint can hold. Remove it');
  const shared = sharedDisk(active);
  if (shared !== undefined)
    throw refused(
      shared.part,
      'a disk that is shared with other virtual machines (PersistentReservationsSupported), which would not see what this one writes after the checkpoint. Share it no more',
    );
};

/** @throws DomainError failed when the machine has as many moments kept as it may have */
export const requireRoom = ({ snapshots, referencePoints }: VirtualSystem): void => {
  const points = referencePoints?.length ?? 0;
  if (snapshots.length + points < MAXIMUM_SNAPSHOTS) return;
  const held = `${snapshots.length} checkpoints${points === 0 ? '' : ` and ${points} reference points`}`;
  throw new DomainError(
    'failed',
    `The virtual machine has ${held}, and ${MAXIMUM_SNAPSHOTS} are the most. Delete one first.`,
  );
};

const userSnapshotType = (system: VirtualSystem): unknown => effectiveValues(system, system.active).UserSnapshotType;

/** How the moment is caught, and all names of new files. */
export const captureParams = (
  context: SystemsContext,
  system: VirtualSystem,
  wanted: SnapshotRequest & { readonly automatic?: true },
): CreateParams => {
  const at = context.clock.now();
  const name = elementNameOf(system.active);
  return {
    system: system.id,
    machine: name,
    snapshot: wanted.id ?? newGuid(),
    recovery: wanted.type === 'recovery',
    values: ownValues(wanted, name, at),
    createdAt: at,
    live: isLive(system.power),
    capture: captureOf(system, wanted),
    disks: disksOf(system.active).map(({ part, drive, file }) => ({
      part,
      drive,
      file,
      child: childName(file, newGuid()),
    })),
  };
};

/** What of its settings is the checkpoint's own. */
const ownValues = (
  wanted: SnapshotRequest & { readonly automatic?: true },
  name: string,
  at: number,
): SettingValues => ({
  ElementName: wanted.elementName ?? defaultSnapshotName(name, at, wanted.automatic === true),
  ...(wanted.notes === null ? {} : { Notes: wanted.notes }),
  ...(wanted.automatic === true ? { IsAutomaticSnapshot: true } : {}),
});

/** How a machine that runs is caught; a paused one has no agent to ask, so that it is as a standard one (§2). */
const captureOf = (system: VirtualSystem, wanted: SnapshotRequest): CreateParams['capture'] => {
  if (wanted.type === 'disk') return 'disks';
  if (wanted.type === 'recovery') return wanted.applicationConsistent ? 'frozen' : 'disks';
  if (system.power !== 'running') return 'memory';
  const type = userSnapshotType(system);
  if (type === PRODUCTION_ONLY) return 'frozen';
  return type === PRODUCTION ? 'frozenOrMemory' : 'memory';
};

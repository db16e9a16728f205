import { requireMemory } from '../host/free-memory.ts';
import type { Job } from '../jobs/job.ts';
import type { Configuration, Guid, VirtualSystem } from '../model.ts';
import type { ForkRequest, RequestContext } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { revise } from '../systems/ledger.ts';
import { memoryMbOf } from '../systems/machine/machine-spec.ts';
import { DomainError } from '../errors.ts';
import { invalid, quote, settingSource, wrongState } from '../systems/refusals.ts';
import { effectiveServiceSettings, macRange } from '../systems/settings/service-settings.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { requireNotBusy } from '../systems/targets.ts';
import { checkName } from '../systems/value-checks.ts';
import type { ForkDefinition } from './fork-job.ts';
import type { ForkParams } from './fork-params.ts';
import { forkOf } from './fork-system.ts';
import { notSnapshottable } from '../differencing/disk-tree.ts';
import { requireSnapshot, type SnapshotPlace } from './require-snapshot.ts';

/** Of one request: each is a machine with a process of its own. */
const MAXIMUM_FORKS = 100;
/** A QEMU without its guest's memory takes less. */
const PROCESS_MB = 64;

/**
 * Machines that go on from one checkpoint, each for itself (beyond Hyper-V; issue 4, K30). They share its disks and its
 * memory until they write to them, and it stays as long as they do. They are there all together, or none is.
 */
export const forkSnapshot = async (
  context: SystemsContext,
  definition: ForkDefinition,
  request: RequestContext,
  id: Guid,
  wanted: ForkRequest,
): Promise<{ readonly job: Job; readonly systems: readonly Guid[] }> => {
  const owner = requireSnapshot(context, id).system.id;
  return context.turns.run(owner, async () => {
    const place = requireSnapshot(context, id);
    const { system, snapshot } = place;
    refuse(context, place, wanted);
    const forks = forksFor(context, place, wanted);
    const params: ForkParams = {
      system: system.id,
      snapshot: snapshot.configuration.id,
      name: elementNameOf(snapshot.configuration),
      forks,
      start: wanted.start,
    };
    const busy = revise(system, { operation: { kind: 'creatingSnapshot', exclusive: true } });
    const job = await context.jobs.submit(
      request,
      definition,
      params,
      [
        { element: { kind: 'system', id: system.id }, effect: 0 },
        ...forks.map((fork) => ({ element: { kind: 'system' as const, id: fork.id }, effect: 5 })),
      ],
      context.ledger.joined(system, busy),
    );
    return { job, systems: forks.map((fork) => fork.id) };
  });
};

const refuse = (context: SystemsContext, { system, snapshot }: SnapshotPlace, wanted: ForkRequest): void => {
  if (system.kind === 'planned' || snapshot.type === 'planned')
    throw invalid('The checkpoint belongs to a planned virtual machine. Realize that first.');
  if (snapshot.type === 'missing')
    throw wrongState('The definition of the checkpoint was not found. Import it or delete the checkpoint.');
  requireNotBusy(system);
  if (!Number.isInteger(wanted.count) || wanted.count < 1 || wanted.count > MAXIMUM_FORKS)
    throw invalid(`${wanted.count} forks cannot be made at once. Ask for 1 to ${MAXIMUM_FORKS}.`);
  const held = notSnapshottable(snapshot.configuration);
  if (held !== undefined)
    throw new DomainError(
      'failed',
      'The checkpoint has a device of the host, which only one machine can have. Fork a checkpoint without it.',
      { source: settingSource(snapshot.configuration.id, held.part, system.id) },
    );
  requireRoom(context, snapshot.configuration, wanted);
};

/** All of them may come to write to all of their memory; whoever knows that they will not says so. */
const requireRoom = (context: SystemsContext, configuration: Configuration, wanted: ForkRequest): void => {
  if (!wanted.start || context.hypervisor.verdict.hypervisor === 'simulated') return;
  const mb = memoryMbOf(configuration);
  const each = wanted.overcommit ? PROCESS_MB : mb + PROCESS_MB;
  requireMemory(wanted.count * each + (wanted.overcommit ? mb : 0), `${wanted.count} forks`);
};

const forksFor = (
  context: SystemsContext,
  { system, snapshot }: SnapshotPlace,
  { count, name, disconnected }: ForkRequest,
): readonly VirtualSystem[] => {
  const stem = name ?? elementNameOf(system.active);
  const settings = effectiveServiceSettings(context.serviceDefaults, context.graph.serviceSettings());
  const at = context.clock.now();
  const forks: VirtualSystem[] = [];
  for (let number = 1; forks.length < count; number++) {
    const own = `${stem}-${number}`;
    if (![...context.graph.systemsNamed(own)].every((other) => other.kind === 'planned')) continue;
    checkName(own);
    const fork = forkOf(system, snapshot, { name: own, number, disconnected }, at);
    forks.push({ ...fork, active: context.macs.assign(fork.active, context.graph.systems(), macRange(settings)) });
  }
  return forks;
};

/** @throws DomainError inUse that names them: what they read must stay */
export const refuseForked = (
  context: Pick<SystemsContext, 'graph'>,
  system: VirtualSystem,
  snapshots: ReadonlySet<Guid>,
): void => {
  const forks = [...context.graph.forksOf(system.id)].filter(({ forkedFrom }) =>
    snapshots.has(forkedFrom?.snapshot ?? ''),
  );
  if (forks.length === 0) return;
  const names = forks.slice(0, 5).map(({ active }) => quote(elementNameOf(active)));
  const more = forks.length > names.length ? ` and ${forks.length - names.length} more` : '';
  throw new DomainError(
    'inUse',
    `${names.join(', ')}${more} ${forks.length === 1 ? 'is a fork' : 'are forks'} of it and read its disks. Delete ${forks.length === 1 ? 'that machine' : 'those machines'} first.`,
  );
};

import type { SnapshotOperations } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import type { SystemHooks } from '../systems/hooks.ts';
import type { PowerControl } from '../systems/power/power-control.ts';
import { AutomaticSnapshots } from './automatic.ts';
import { applyDefinition, applySnapshot } from './apply.ts';
import { createDefinition } from './create-job.ts';
import { createSnapshot } from './create.ts';
import { clearDefinition, clearSnapshotState } from './clear-state.ts';
import { destroySystemDefinition, destroyWithSnapshots } from './destroy-system.ts';
import { destroyDefinition, destroySnapshots } from './destroy.ts';
import { forkDefinition } from './fork-job.ts';
import { forkSnapshot } from './fork.ts';

export interface Snapshots {
  readonly operations: SnapshotOperations;
  readonly automatic: AutomaticSnapshots;
  readonly hooks: SystemHooks;
}

/** The operations of requests.ts. Their jobs are registered, so that a restart finds them. */
export const openSnapshots = (context: SystemsContext, power: PowerControl): Snapshots => {
  const fork = forkDefinition(context, power);
  context.jobs.register(fork);
  const [create, apply, destroy, clear, destroySystem] = [
    createDefinition(context),
    applyDefinition(context),
    destroyDefinition(context),
    clearDefinition(context),
    destroySystemDefinition(context),
  ];
  context.jobs.register(create);
  context.jobs.register(apply);
  context.jobs.register(destroy);
  context.jobs.register(clear);
  context.jobs.register(destroySystem);
  const operations: SnapshotOperations = {
    create: (request, system, wanted) => createSnapshot(context, create, request, system, wanted),
    apply: (request, snapshot) => applySnapshot(context, apply, request, snapshot),
    destroy: (request, snapshot) => destroySnapshots(context, destroy, request, snapshot, 'one'),
    destroyTree: (request, snapshot) => destroySnapshots(context, destroy, request, snapshot, 'tree'),
    fork: (request, snapshot, wanted) => forkSnapshot(context, fork, request, snapshot, wanted),
    clearState: (request, snapshot) => clearSnapshotState(context, clear, request, snapshot),
  };
  const automatic = new AutomaticSnapshots(context, create, operations.destroy);
  const hooks: SystemHooks = {
    beforeStart: (request, system) => automatic.beforeStart(request, system),
    destroyWithSnapshots: (request, system) => destroyWithSnapshots(context, destroySystem, request, system),
  };
  return { operations, automatic, hooks };
};

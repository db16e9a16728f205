import type { PathResolver } from '../paths/resolver.ts';
import type { PlanOperations } from './requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { discardSavedState } from './discard-saved-state.ts';
import { describeExport, importMachine, importMachineDefinition } from './import-machine.ts';
import { importSnapshots } from './import-snapshots.ts';
import { importSystem } from './import-system.ts';
import { realizeDefinition, realizePlan } from './realize.ts';
import { summarizeDefinition } from './summarize.ts';
import { validatePlan } from './validate.ts';

/** The operations of requests.ts, each from its own module; the job of realizing is registered, so that a restart finds it. */
export const planOperations = (context: SystemsContext, paths: PathResolver): PlanOperations => {
  const realize = realizeDefinition(context, paths);
  const machine = importMachineDefinition(context, paths, realize);
  context.jobs.register(realize);
  context.jobs.register(machine);
  return {
    importSystem: (request, wanted) => importSystem(context, paths, request, wanted),
    importSnapshots: (request, plan, folder, accepts) =>
      importSnapshots(context, paths, request, plan, folder, accepts),
    summarize: (definition) => summarizeDefinition(paths, definition),
    discardSavedState: async (request, plan) => discardSavedState(context, request, plan),
    validate: (request, plan) => validatePlan(context, paths, request, plan),
    realize: async (request, plan) => realizePlan(context, realize, request, plan),
    describeExport: (directory, accepts) => describeExport(context, paths, directory, accepts),
    importMachine: (request, wanted) => importMachine(context, paths, machine, request, wanted),
  };
};

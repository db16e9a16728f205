import { DomainError } from '../../../core/errors.ts';
import type { SystemGraph } from '../../../core/graph.ts';
import type { Guid } from '../../../core/model.ts';
import type { SystemOperations } from '../../../core/requests.ts';
import type { PlanOperations } from '../../../core/plans/requests.ts';
import { answered, done, type MethodCall, type MethodRow, type MethodRows } from './method.ts';
import { refused } from './refused.ts';

/** CIM's "not supported" (jobs-and-errors §1, family B). */
const NOT_SUPPORTED = 1;

const NO_POWER_STATE: MethodRow = {
  right: 'read',
  jobType: null,
  out: [],
  refusal: 'Virtual machines are not controlled by SetPowerState. Use RequestStateChange.',
  run: async () => answered(NOT_SUPPORTED),
};

/** JobType 0: unknown; the number of an NMI job is in no source. */
const NMI_JOB = 0;

/** The virtual system behind the path of a Msvm_ComputerSystem. @throws DomainError notSupported for the host. */
const systemOf = (graph: SystemGraph, call: MethodCall, what: string): Guid => {
  const name = call.path.key('Name');
  const system = typeof name === 'string' ? graph.system(name) : undefined;
  if (system !== undefined) return system.id;
  throw new DomainError(
    'notSupported',
    `${what} is for virtual machines, not for this host. Use the path of a virtual machine.`,
  );
};

/** Methods of Msvm_ComputerSystem (lifecycle §2, §7). `requestOf`: v2's number of a request, where the namespace has others. */
export const computerSystemMethods = (
  graph: SystemGraph,
  operations: SystemOperations,
  requestOf: (given: number) => number = (given) => given,
): MethodRows => {
  const nmi: MethodRow = {
    right: 'operate',
    jobType: NMI_JOB,
    out: [],
    run: async (call) => {
      const system = systemOf(graph, call, 'An NMI');
      await operations.injectNmi(call.request, system);
      return done({}, [{ element: { kind: 'system', id: system }, effect: 0 }]);
    },
  };
  return {
    RequestStateChange: {
      right: 'operate',
      // Always a job of the domain's, or a refusal: never turned into one by `forceAsync`.
      jobType: 0,
      out: [],
      run: async (call) => {
        const system = systemOf(graph, call, 'A state change');
        // TimeoutPeriod is ignored (lifecycle §2).
        const wanted = requestOf(call.args.requiredInteger('RequestedState'));
        return { kind: 'job', job: await operations.requestState(call.request, system, wanted) };
      },
    },
    InjectNonMaskableInterrupt: nmi,
    InjectNonMaskableInterruptEx: nmi,
    RequestReplicationStateChange: refused('Replication is not implemented by this service.', 0),
    RequestReplicationStateChangeEx: refused('Replication is not implemented by this service.', 0),
    RequestCustomRestore: refused(
      'What a custom restore is to do is described nowhere. Start the machine, or apply one of its checkpoints.',
      0,
    ),
    SetPowerState: NO_POWER_STATE,
  };
};

/** RequestedState of a machine that is to be off. */
const OFF = 3;

/**
 * Methods of Msvm_PlannedComputerSystem: a plan has no power (lifecycle §2), but a saved state that came with it can be
 * discarded (planned-systems §5).
 */
export const plannedSystemMethods = (graph: SystemGraph, plans: PlanOperations): MethodRows => ({
  RequestStateChange: {
    right: 'operate',
    jobType: 0,
    out: [],
    run: async (call) => {
      const name = call.path.key('Name');
      const plan = typeof name === 'string' ? graph.plan(name) : undefined;
      if (plan === undefined || call.args.requiredInteger('RequestedState') !== OFF)
        throw new DomainError('invalidState', 'A planned virtual machine has no power state. Realize it first.');
      await plans.discardSavedState(call.request, plan.id);
      return done({}, [{ element: { kind: 'plan', id: plan.id }, effect: 0 }]);
    },
  },
  SetPowerState: NO_POWER_STATE,
});

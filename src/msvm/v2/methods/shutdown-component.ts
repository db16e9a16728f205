import { DomainError } from '../../../core/errors.ts';
import type { SystemOperations } from '../../../core/requests.ts';
import { done, type MethodRow, type MethodRows } from './method.ts';
import { refused } from './refused.ts';

/** Longest Reason that is accepted: it goes into the log, not to the guest. */
const MAX_REASON = 4096;

const initiate = (operations: SystemOperations, reboot: boolean): MethodRow => ({
  right: 'operate',
  jobType: null,
  out: [],
  run: async (call) => {
    const reason = call.args.text('Reason');
    if (reason !== null && reason.length > MAX_REASON) {
      throw new DomainError('invalidParameter', `Reason is longer than ${MAX_REASON} characters. Shorten it.`);
    }
    const system = call.path.key('SystemName');
    if (typeof system !== 'string')
      throw new DomainError('invalidParameter', 'The path has no SystemName. Use the full path.');
    await operations.initiateShutdown(call.request, system.toUpperCase(), {
      reboot,
      force: call.args.boolean('Force') ?? false,
    });
    return done();
  },
});

/** Msvm_ShutdownComponent: a number, no job (lifecycle §6). */
export const shutdownComponentMethods = (operations: SystemOperations): MethodRows => ({
  InitiateShutdown: initiate(operations, false),
  InitiateReboot: initiate(operations, true),
  InitiateHibernate: refused('Hibernation of a guest is not implemented. Save the virtual machine instead.', null),
});

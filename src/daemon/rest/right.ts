import type { AuditTrail } from '../../audit/trail.ts';
import type { OperationContext } from '../../cim/operations.ts';
import { DOMAIN_ERRORS, DomainError } from '../../core/errors.ts';
import { allows } from '../../msvm/v2/methods/rights.ts';
import { codeOfReturnValue, Problem } from '../../rest/problems/problem.ts';

/** What REST offers besides the broker is checked and written down here, by the same roles and into the same trail. */
export interface HostRequest {
  /** For the trail. */
  readonly what: string;
  readonly objects: readonly string[];
  /** Reads leave no record unless they are denied. */
  readonly changes: boolean;
}

/** A refusal of the domain in the words of REST. */
const problemOfDomain = (error: unknown): unknown => {
  if (!(error instanceof DomainError)) return error;
  const { returnValue } = DOMAIN_ERRORS[error.code];
  const code =
    error.hresult === '0x80070070'
      ? 'out-of-space'
      : error.hresult === '0x80070002' || error.hresult === '0x80070003' || error.code === 'fileNotFound'
        ? 'not-found'
        : codeOfReturnValue(returnValue);
  return new Problem(code, error.message, { returnValue, cause: error });
};

/** Runs an administrator's request (K8: operators name no paths and change nothing of the host). @throws Problem */
export const asAdministrator =
  (trail: AuditTrail) =>
  async <T>(
    { caller, protocol, requestId }: OperationContext,
    request: HostRequest,
    work: () => Promise<T>,
  ): Promise<T> => {
    // What was done is answered when it is written down.
    const record = (kind: 'change' | 'denied', result: string): Promise<void> =>
      trail.append({
        kind,
        who: caller.name,
        from: caller.address,
        protocol,
        what: request.what,
        objects: request.objects,
        result,
        requestId,
      });
    if (!allows(caller.role, 'administer')) {
      await record('denied', 'accessDenied');
      throw new Problem(
        'access-denied',
        `The role "${caller.role}" of ${caller.name} does not allow this. Ask an administrator of this host.`,
      );
    }
    try {
      const result = await work();
      if (request.changes) await record('change', 'ok');
      return result;
    } catch (error) {
      const problem = problemOfDomain(error);
      if (request.changes) await record('change', problem instanceof Problem ? problem.code : 'failed');
      throw problem;
    }
  };

export type AsAdministrator = ReturnType<typeof asAdministrator>;

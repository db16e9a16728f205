import { join } from 'node:path';
import { AUDIT_FOLDER } from '../audit/files.ts';
import type { AuditEntry } from '../audit/record.ts';
import { AuditTrailError } from '../audit/trail-file.ts';
import { AuditTrail } from '../audit/trail.ts';
import type { LoginAttempt } from '../auth/authentication.ts';
import type { CimRequest, Outcome } from '../cim/broker/broker.ts';
import { CimError } from '../cim/errors.ts';
import type { OperationContext } from '../cim/operations.ts';
import { ObjectPath } from '../cim/object-path.ts';
import { formatPath } from '../cim/path/format-path.ts';
import { DOMAIN_ERRORS } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { TellChange } from '../http/change.ts';
import type { TellDenial } from '../http/denial.ts';
import type { Config } from './config/config.ts';
import type { WithNames } from './object-names.ts';
import { RefusedLogins } from './refused-logins.ts';
import { StartRefusal } from './start-refusal.ts';

/** @throws StartRefusal when somebody changed the end of the trail: nothing is written after it that hides that */
export const openAuditTrail = async (stateDirectory: string, config: Config, log: Log): Promise<AuditTrail> => {
  try {
    return await AuditTrail.open({
      directory: join(stateDirectory, AUDIT_FOLDER),
      rotateBytes: config.audit.file_bytes,
      keepFiles: config.audit.keep_files,
      onFailure: (error) => log.error({ err: error }, 'the audit trail cannot be written; its records wait in memory'),
    });
  } catch (error) {
    if (error instanceof AuditTrailError) throw new StartRefusal(error.message, error);
    throw error;
  }
};

/** For the authenticator; disposed of, it has told all. */
export const auditLogins = (
  trail: AuditTrail,
  log: Log,
): { readonly tell: (attempt: LoginAttempt) => Promise<void> } & Disposable => {
  const refused = new RefusedLogins({
    tell: (last, more) => {
      log.warn({ address: last.address, more }, 'more log-ins were refused');
      void trail.append(
        loginRecord(last, `${more} more refusals of this address within a minute, the last: ${last.reason}`),
      );
    },
  });
  return {
    tell: async (attempt) => {
      const { ok, scheme, user, address, reason } = attempt;
      if (!ok && !refused.isTold(attempt)) return;
      if (!ok) log.info({ scheme, user, address, reason }, 'log-in refused');
      await trail.append(loginRecord(attempt, reason ?? 'ok'));
    },
    [Symbol.dispose]: () => refused[Symbol.dispose](),
  };
};

const loginRecord = ({ ok, scheme, user, address, tls, requestId }: LoginAttempt, result: string): AuditEntry => ({
  kind: ok ? 'login' : 'denied',
  who: user,
  from: address,
  protocol: tls ? 'https' : 'http',
  what: `log-in by ${scheme}`,
  objects: [],
  result,
  requestId,
});

/** For the front ends. */
export const auditDenials =
  (trail: AuditTrail): TellDenial =>
  ({ caller, protocol, what, reason, requestId }) =>
    trail.append({
      kind: 'denied',
      who: caller.name,
      from: caller.address,
      protocol,
      what,
      objects: [],
      result: reason,
      requestId,
    });

/** For the front ends. */
export const auditChanges =
  (trail: AuditTrail): TellChange =>
  ({ caller, protocol, what, objects, requestId }) =>
    trail.append({
      kind: 'change',
      who: caller.name,
      from: caller.address,
      protocol,
      what,
      objects,
      result: 'ok',
      requestId,
    });

/** For the broker. Values of settings and arguments stay out: some are secrets. */
export const auditOperations =
  (trail: AuditTrail, hostName: string, withNames: WithNames) =>
  (
    { caller, protocol, requestId }: OperationContext,
    request: CimRequest,
    { error, answer }: Outcome,
  ): Promise<void> => {
    const denied =
      (error instanceof CimError && error.code === 'accessDenied') ||
      answer?.returnValue === DOMAIN_ERRORS.accessDenied.returnValue;
    return trail.append(
      withNames({
        kind: denied ? 'denied' : 'change',
        who: caller.name,
        from: caller.address,
        protocol,
        what: request.kind === 'invokeMethod' ? `${request.path.className}.${request.method}` : request.kind,
        objects: pathsOf(request, answer).map((path) =>
          formatPath(path, { host: hostName, namespace: request.namespace }),
        ),
        result: resultOf(error, answer),
        requestId,
      }),
    );
  };

/** The object, then the references among a method's arguments and results: which machine, which job. */
const pathsOf = (request: CimRequest, answer: Outcome['answer']): readonly ObjectPath[] => {
  if ('source' in request) return [request.source];
  if (request.kind === 'createInstance') return [new ObjectPath(null, null, request.instance.class.name, null)];
  if (!('path' in request)) return [];
  const values = [
    request.path,
    ...Object.values('args' in request ? request.args : {}),
    ...Object.values(answer?.out ?? {}),
  ];
  return values.flat().filter((value) => value instanceof ObjectPath);
};

const resultOf = (error: unknown, answer: Outcome['answer']): string => {
  if (error instanceof CimError) return error.code;
  if (error !== null) return 'failed';
  const value = answer?.returnValue;
  return value === undefined || value === null || value === 0 ? 'ok' : String(value);
};

import { DOMAIN_ERRORS, type DomainErrorCode } from '../../../core/errors.ts';

/** Checked, and a job runs or ran (jobs-and-errors §1). */
export const JOB_STARTED = 4096;

/** How a refusal becomes a number: the one place besides the table in core/errors.ts that knows codes. */
export type ReturnValues = (code: DomainErrorCode) => number;

/** v1 and v2: families A and B answer with the same vendor numbers (management-service §0). */
export const msvmReturnValues: ReturnValues = (code) => DOMAIN_ERRORS[code].returnValue;

/** v1: "file in use" came with v2 (jobs-and-errors §1, planned-systems §8). */
export const v1ReturnValues: ReturnValues = (code) => DOMAIN_ERRORS[code === 'fileInUse' ? 'failed' : code].returnValue;

/** Cluster DefineSystem: the seed's numbers 0-4, then the vendor range (management-service §5). */
export const clusterReturnValues: ReturnValues = (code) => DOMAIN_ERRORS[code].cluster;

/** Cluster Destroy*, Modify*, Remove*: an invalid state is 5 (K9). */
export const clusterChangeReturnValues: ReturnValues = (code) =>
  code === 'invalidState' ? 5 : DOMAIN_ERRORS[code].cluster;

/** Methods that have DMTF's numbers, in which an invalid state is 5: of collections' checkpoints, access to consoles. */
export const dmtfReturnValues: ReturnValues = (code) =>
  code === 'invalidState' ? 5 : code === 'wrongType' ? 6 : DOMAIN_ERRORS[code].cluster;

/** CIM_ConcreteJob.RequestStateChange: not supported, invalid parameter, invalid transition, no time limits (jobs-and-errors §6). */
export const jobRequestReturnValues: ReturnValues = (code) =>
  JOB_REQUEST_VALUES[code] ?? DOMAIN_ERRORS[code].returnValue;

const JOB_REQUEST_VALUES: Readonly<Partial<Record<DomainErrorCode, number>>> = {
  notSupported: 1,
  invalidParameter: 5,
  wrongType: 5,
  invalidState: 4097,
  timeout: 4098,
};

/** Shutdown component: not ready and already in progress have numbers of their own (lifecycle §6). */
export const shutdownReturnValues: ReturnValues = (code) =>
  code === 'notAvailable' ? 32780 : code === 'inUse' ? 32782 : DOMAIN_ERRORS[code].returnValue;

import type { WireObject } from './object.ts';

/** A method that answered neither 0 nor 4096, or whose job failed. */
export class MethodError extends Error {
  readonly returnValue: number;
  readonly job: WireObject | null;
  constructor(message: string, returnValue: number, job: WireObject | null) {
    super(message);
    this.name = 'MethodError';
    this.returnValue = returnValue;
    this.job = job;
  }
}

/** The method was accepted, and its job failed; `returnValue` is the job's ErrorCode. */
export class JobError extends MethodError {
  constructor(message: string, errorCode: number, job: WireObject | null) {
    super(message, errorCode, job);
    this.name = 'JobError';
  }
}

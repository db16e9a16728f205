/** Names of return values of Hyper-V's methods (spec jobs-and-errors §1); 1 to 6 are those of the cluster's dialect. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'not supported',
  2: 'failed',
  3: 'timeout',
  4: 'invalid parameter',
  5: 'invalid state',
  6: 'incompatible parameters',
  4096: 'job started',
  32768: 'failed',
  32769: 'access denied',
  32770: 'not supported',
  32771: 'status is unknown',
  32772: 'timeout',
  32773: 'invalid parameter',
  32774: 'system is in use',
  32775: 'invalid state for this operation',
  32776: 'incorrect data type',
  32777: 'system is not available',
  32778: 'out of memory',
  32779: 'file in use or not found',
  32780: 'not ready',
  32781: 'machine is locked and cannot be shut down without force',
  32782: 'shutdown is in progress already',
};

/** `Method answered 32775 (invalid state for this operation): the reason`, the reason where the server told one. */
export function refusalText(method: string, returnValue: number, reason: string | null): string {
  const name = NAMES[returnValue];
  const answered = `${method} answered ${returnValue}${name === undefined ? '' : ` (${name})`}`;
  return reason === null || reason === '' ? `${answered}.` : `${answered}: ${reason}`;
}

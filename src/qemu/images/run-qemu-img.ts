import { type ChildProcess, spawn } from 'node:child_process';
import { DomainError } from '../../core/errors.ts';
import {
  boundsPrefix,
  type Bounds,
  ENDS_WITH_SERVICE,
  isolationPrefix,
  ownUserPrefix,
} from '../supervise/confinement.ts';
import { TOOL_PATH } from '../supervise/run-command.ts';
import { cannotStart, isShortage } from '../supervise/shortage.ts';
import { readQemuText } from '../qemu-text.ts';

/** What a file of a failed call may still say of itself. */
const TEXT_LIMIT = 4000;

export interface ImageCall {
  readonly bounds: Bounds;
  /** After this time it is ended as one that hangs. */
  readonly timeMs: number;
  readonly progress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

const PERCENT = /\((\d+(?:\.\d+)?)\/100%\)/g;

/** Runs qemu-img within bounds (hardening 14). Whatever ends it, it is the call that fails. Rejects with DomainError. */
export const runQemuImg = async (
  program: string,
  args: readonly string[],
  { bounds, timeMs, progress = () => undefined, signal }: ImageCall,
): Promise<void> => {
  const [command = program, ...rest] = [
    ...(await isolationPrefix()),
    ...ownUserPrefix(),
    // A service that is killed must not leave a tool behind that holds the disks of its machines.
    ...ENDS_WITH_SERVICE,
    ...(await boundsPrefix(bounds)),
    program,
    ...args,
  ];
  if (signal?.aborted === true) throw interrupted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let child: ChildProcess;
  try {
    // Without pipes where the service has no descriptor left (EMFILE): then it tells so by `error` and `close`.
    child = spawn(command, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Each thread may have a heap of its own, of which every one takes address space.
      env: { PATH: TOOL_PATH, LC_ALL: 'C', MALLOC_ARENA_MAX: '2' },
      timeout: timeMs,
      killSignal: 'SIGKILL',
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    // No memory is thrown.
    throw cannotStart(program, cause);
  }
  const started = performance.now();
  let text = '';
  child.stdout?.setEncoding('latin1').on('data', (chunk: string) => {
    for (const [, percent] of chunk.matchAll(PERCENT)) progress(Number(percent) / 100);
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-TEXT_LIMIT);
  });
  let failure: unknown = null;
  child.on('error', (error) => (failure = error));
  child.on('close', (code, ended) => {
    if (signal?.aborted === true) reject(interrupted());
    else if (code === 0) resolve();
    else if (ended !== null)
      reject(stopped(program, performance.now() - started >= timeMs ? TOO_LATE : causeOf(ended), new Error(text)));
    else reject(isShortage(failure) ? cannotStart(program, failure) : refused(program, failure ?? new Error(text)));
  });
  return promise;
};

export const interrupted = (): DomainError => new DomainError('failed', 'The work on the disk was interrupted.');

/** What a client is told of a tool that refused; its own words are for the log. */
export const refused = (program: string, cause: unknown): DomainError => {
  const reading = readQemuText(cause instanceof Error ? cause.message : String(cause));
  return reading === null
    ? new DomainError('failed', `${program} could not work on a disk. The log of the service has its answer.`, {
        cause,
      })
    : new DomainError(reading.code, `A disk could not be worked on: ${reading.why}.`, {
        cause,
        ...(reading.hresult === null ? {} : { hresult: reading.hresult }),
      });
};

export const TOO_LATE = 'it did not come to an end in the time that its work may take';

const CAUSES: Partial<Readonly<Record<NodeJS.Signals, string>>> = {
  SIGXCPU: 'it took more processor time than its work may take',
  SIGSYS: 'it asked for what no work on a disk needs, as a program does that a file took over',
};

const causeOf = (signal: NodeJS.Signals): string =>
  CAUSES[signal] ?? `it was ended by ${signal}, by its bound of memory or by somebody on the host`;

/** A helper that did not end by itself. What it was to write may be there in part: every verb of ImageTool can be repeated. */
export const stopped = (program: string, why: string, cause: unknown): DomainError =>
  new DomainError(
    'failed',
    `${program} was stopped while it worked on a disk: ${why}. Look at the disk with vsms inspect, then try again.`,
    { cause },
  );

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { MachineProcess } from '../../core/model.ts';
import {
  boundsPrefix,
  type Bounds,
  ENDS_WITH_SERVICE,
  isolationPrefix,
  MOUNTS_ALONE,
  ownUserPrefix,
} from './confinement.ts';
import { readProcess } from './process-identity.ts';
import { TOOL_PATH } from './run-command.ts';
import { cannotStart } from './shortage.ts';
import { privilegePrefix, type RunUser } from './user.ts';

export interface DetachedProcess {
  readonly process: MachineProcess;
  /** Settles when it ends while this service lives. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export interface DetachedOptions {
  readonly user: RunUser | null;
  readonly directory: string;
  /** What it writes goes here; made anew, and appended to, so that it can be cut meanwhile (log-limit.ts). */
  readonly logFile: string;
  /** Of a helper, which then has no network either and no right that it does not need; none: QEMU. */
  readonly bounds?: Bounds;
  /** It mounts, where nobody else sees it, and has no other right: not even to files that are not its user's. */
  readonly mountsAlone?: boolean;
  /** It ends with the service, however that ends; for what nobody would miss then. */
  readonly endsWithService?: boolean;
  /** It has these from descriptor 3 on. */
  readonly descriptors?: readonly number[];
}

const APPENDED = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND;

/**
 * Starts a program in a session of its own, so that it outlives the service (K20) and no signal to the service's
 * terminal reaches it. Its environment is empty but for PATH.
 */
export async function spawnDetached(
  program: string,
  args: readonly string[],
  options: DetachedOptions,
): Promise<DetachedProcess> {
  const { bounds, user } = options;
  const [command = program, ...rest] = [
    ...(options.mountsAlone === true ? MOUNTS_ALONE : await rightsPrefix(bounds, user)),
    ...(options.endsWithService === true ? ENDS_WITH_SERVICE : []),
    ...(bounds === undefined ? [] : await boundsPrefix(bounds)),
    program,
    ...args,
  ];
  await using log = await open(options.logFile, APPENDED, 0o600);
  let child: ChildProcess;
  let exited: DetachedProcess['exited'];
  try {
    child = spawn(command, rest, {
      detached: true,
      cwd: options.directory,
      stdio: ['ignore', log.fd, log.fd, ...(options.descriptors ?? [])],
      env: { PATH: TOOL_PATH, LC_ALL: 'C' },
    });
    exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    await once(child, 'spawn');
  } catch (cause) {
    // Some refusals of the kernel are thrown (ENOMEM), others told later.
    throw cannotStart(program, cause);
  }
  child.unref();
  const pid = child.pid ?? 0;
  // Gone already: its number cannot be taken before we have reaped it, so 0 as start time harms nobody.
  return { process: (await readProcess(pid)) ?? { pid, startTicks: 0 }, exited };
}

const rightsPrefix = async (bounds: Bounds | undefined, user: RunUser | null): Promise<readonly string[]> =>
  bounds === undefined
    ? privilegePrefix(user)
    : [...(await isolationPrefix()), ...(user === null ? ownUserPrefix() : privilegePrefix(user))];

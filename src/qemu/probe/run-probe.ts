import { type ChildProcess, spawn } from 'node:child_process';
import { TOOL_PATH } from '../supervise/run-command.ts';
import { privilegePrefix, type RunUser } from '../supervise/user.ts';
import { PROBE_EXIT_PORT, PROBE_EXIT_STATUS, PROBE_LINE } from './probe-guest.ts';

export type ProbeResult =
  | { readonly works: true; readonly tookMs: number }
  | { readonly works: false; readonly why: string };

export interface ProbeOptions {
  readonly program: string;
  /** The probe guest as a file. */
  readonly image: string;
  readonly accelerator: 'kvm' | 'tcg';
  /** Value of `-cpu`, ours. */
  readonly cpu: string;
  readonly user: RunUser | null;
  readonly limitMs: number;
}

const OUTPUT_LIMIT = 16_384;

/** Boots the probe guest and sees whether it comes to its end. Never rejects. */
export async function runProbe(options: ProbeOptions): Promise<ProbeResult> {
  const started = performance.now();
  const [command = options.program, ...args] = [
    ...privilegePrefix(options.user),
    options.program,
    '-no-user-config',
    '-nodefaults',
    '-machine',
    'pc',
    '-accel',
    options.accelerator,
    '-cpu',
    options.cpu,
    '-m',
    '32',
    '-display',
    'none',
    '-serial',
    'stdio',
    '-no-reboot',
    '-device',
    `isa-debug-exit,iobase=${PROBE_EXIT_PORT},iosize=1`,
    '-kernel',
    options.image,
  ];
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      // Without pipes where the service has no descriptor left (EMFILE): then it tells so by `error`.
      child = spawn(command, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: TOOL_PATH, LC_ALL: 'C' },
      });
    } catch (error) {
      // No memory is thrown.
      return resolve({ works: false, why: `QEMU cannot be started (${String(error)})` });
    }
    let output = '';
    let errors = '';
    let late = false;
    child.stdout?.on('data', (chunk: Buffer) => (output = (output + chunk.toString('latin1')).slice(-OUTPUT_LIMIT)));
    child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString('latin1')).slice(-OUTPUT_LIMIT)));
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, options.limitMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ works: false, why: `QEMU cannot be started (${error.message})` });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === PROBE_EXIT_STATUS && output.includes(PROBE_LINE)) {
        resolve({ works: true, tookMs: Math.round(performance.now() - started) });
      } else if (late) resolve({ works: false, why: `a test guest did not finish within ${options.limitMs} ms` });
      else resolve({ works: false, why: `a test guest failed${firstLine(errors)}` });
    });
  });
}

function firstLine(text: string): string {
  const line =
    text
      .trim()
      .split('\n')[0]
      ?.replaceAll(/[^ -~]/g, '')
      .slice(0, 200) ?? '';
  return line === '' ? '' : ` (${line})`;
}

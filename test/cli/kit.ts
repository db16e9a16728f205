import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Service } from '../kit/service.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line in a process of its own, with no settings but the given ones. */
export const vsms = (
  environment: Readonly<Record<string, string | undefined>>,
  ...args: readonly string[]
): Promise<Outcome> => vsmsUnder([], environment, ...args);

/** The same, started by another program. */
export async function vsmsUnder(
  prefix: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  ...args: readonly string[]
): Promise<Outcome> {
  const [program = process.execPath, ...words] = [...prefix, process.execPath, MAIN, ...args];
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VSMS_'));
  const child = spawn(program, words, {
    env: { ...Object.fromEntries(inherited), VSMS_CONFIG: '/nonexistent/vsms.toml', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** What somebody on the service's own host has in the environment. */
export const local = (service: Service): Readonly<Record<string, string>> => ({
  VSMS_DATA_DIR: service.dataDirectory,
  VSMS_PASSWORD: service.password,
});

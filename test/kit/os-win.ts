import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Service } from './service.ts';

const PROGRAM = join(import.meta.dirname, '../conformance/os_win_calls.py');

/** What os-win raised: the name of its class, and its words. */
export class OsWinError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** OpenStack's os-win of Debian, unchanged, in a process of its own; below it WS-Management over HTTP to the service. */
export class OsWin implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;
  #said = '';

  constructor(service: Service) {
    const args = ['-W', 'ignore', PROGRAM, `${service.endpoints.http}/wsman`, 'admin', service.password];
    this.#process = spawn('/usr/bin/python3', args, { stdio: 'pipe' });
    this.#process.stderr.on('data', (chunk: Buffer) => (this.#said += chunk.toString()));
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** `utilsfactory.get_<utils>().<method>(...args, **kwargs)`. @throws OsWinError */
  async call(
    utils: string,
    method: string,
    args: readonly unknown[] = [],
    kwargs: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    this.#process.stdin.write(`${JSON.stringify({ utils, method, args, kwargs })}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) assert.fail(`os-win ended: ${this.#said}`);
    const answer = JSON.parse(value) as { result?: unknown; error?: string; message?: string };
    if (answer.error !== undefined) throw new OsWinError(answer.error, answer.message ?? '');
    return answer.result;
  }

  vm(method: string, args: readonly unknown[] = [], kwargs: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return this.call('vmutils', method, args, kwargs);
  }

  network(
    method: string,
    args: readonly unknown[] = [],
    kwargs: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    return this.call('networkutils', method, args, kwargs);
  }

  /** The next event of a listener that `method` made, within the milliseconds; null: none came. */
  async event(method: string, timeoutMs: number): Promise<Readonly<Record<string, unknown>> | null> {
    try {
      return (await this.call('watchers', 'next', [method, timeoutMs])) as Record<string, unknown>;
    } catch (error) {
      if (error instanceof OsWinError && error.name === 'x_wmi_timed_out') return null;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#process.exitCode === null ? once(this.#process, 'exit') : null;
    this.#process.stdin.end();
    await ended;
    this.#lines.close();
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientOptions, WsmanClient } from '../../src/client/client.ts';
import { killEach } from './kill-each.ts';

/** Node with the settings that a user's service has. */
const NODE = join(import.meta.dirname, '../../script/node');
const MAIN = join(import.meta.dirname, '../../src/daemon/main.ts');

type ServiceClientOptions = Partial<Omit<ClientOptions, 'namespace'>>;

export interface ServiceOptions {
  readonly hypervisor: 'qemu' | 'simulated';
  /** Kept when given, else a fresh directory that goes with the service. */
  readonly dataDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Another program than the daemon, spoken to over Node's channel: `ask`. */
  readonly program?: string;
  /** Words before the command: a program that starts another one, such as prlimit. */
  readonly launcher?: readonly string[];
  /** Runs as this user instead of the test's; only root can say so. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** A vsms service in its own process, as a user runs it, on free ports of the loopback. */
export class Service implements AsyncDisposable {
  readonly dataDirectory: string;
  readonly password: string;
  readonly #temporary: boolean;
  #options: ServiceOptions;
  #process: ChildProcess | undefined;
  #output = '';
  endpoints = { http: '', https: '', cimxml: '', cimxmls: '', pid: 0 };

  private constructor(options: ServiceOptions) {
    this.#options = options;
    this.#temporary = options.dataDirectory === undefined;
    // Short: sockets of guests live below it (107 bytes).
    this.dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'vsms-'));
    if (options.user !== undefined) chownSync(this.dataDirectory, options.user.uid, options.user.gid);
    this.password = 'Test-Passw0rd';
  }

  static async start(options: ServiceOptions): Promise<Service> {
    const service = new Service(options);
    await service.run();
    return service;
  }

  /** Other settings from the next start on. */
  reconfigure(environment: Readonly<Record<string, string>>): void {
    this.#options = { ...this.#options, environment: { ...this.#options.environment, ...environment } };
  }

  /** Start (again) on the same data directory; resolves when it listens. `launcher`: this once, a program that becomes the service. */
  async run(launcher: readonly string[] = this.#options.launcher ?? []): Promise<void> {
    const { program } = this.#options;
    const [command = '', ...args] = [...launcher, NODE, program ?? MAIN];
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe', ...(program === undefined ? [] : (['ipc'] as const))],
      env: {
        ...process.env,
        VSMS_CONFIG: '/nonexistent/vsms.toml',
        VSMS_DATA_DIR: this.dataDirectory,
        VSMS_RUN_DIR: join(this.dataDirectory, 'run'),
        VSMS_HTTP_PORT: '0',
        VSMS_HTTPS_PORT: '0',
        VSMS_HYPERVISOR: this.#options.hypervisor,
        VSMS_ACCELERATOR: 'tcg',
        VSMS_ADMIN_PASSWORD: this.password,
        VSMS_LOG_LEVEL: 'warn',
        ...this.#options.environment,
      },
      ...this.#options.user,
    });
    this.#process = child;
    let said = '';
    const collect = (chunk: Buffer): void => {
      said += chunk.toString();
      this.#output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const file = join(this.visibleDirectory, 'endpoints.json');
    const deadline = Date.now() + 240_000;
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The service ended at once:\n${said}`);
      if (existsSync(file)) {
        const endpoints = JSON.parse(readFileSync(file, 'utf8')) as Service['endpoints'];
        if (endpoints.pid === child.pid && (program !== undefined || said.includes('vsms listens on'))) {
          this.endpoints = endpoints;
          return;
        }
      }
      if (Date.now() > deadline) {
        await this.stop('SIGKILL');
        throw new Error(`The service does not listen after four minutes:\n${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  get hypervisor(): 'qemu' | 'simulated' {
    return this.#options.hypervisor;
  }

  /** The data directory as seen from outside of the service's own mounts. */
  get visibleDirectory(): string {
    return this.#options.launcher === undefined
      ? this.dataDirectory
      : join('/proc', String(this.pid), 'root', this.dataDirectory);
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Everything the service printed since it was first started. */
  get output(): string {
    return this.#output;
  }

  /** Send a message to `program` and resolve to its answer. */
  async ask(message: object): Promise<unknown> {
    const child = this.#process;
    if (child === undefined) throw new Error('The service does not run.');
    const answered = once(child, 'message');
    child.send(message);
    return (await answered)[0];
  }

  /** Resolves when somebody listens, after a `run` that another part of the test makes. */
  async listening(): Promise<void> {
    while (this.#process === undefined || this.endpoints.pid !== this.#process.pid)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Resolves when the process has ended by itself, by a bomb or a signal of somebody else; its exit code. */
  async ended(): Promise<number | null> {
    const child = this.#process;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    if (this.#process === child) this.#process = undefined;
    return child.exitCode;
  }

  get isRunning(): boolean {
    const child = this.#process;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Processes that name the data directory: QEMU, storage daemons, TPMs. */
  #guests(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter((name) => {
        try {
          const [program = '', ...words] = readFileSync(`/proc/${name}/cmdline`, 'latin1').split('\0');
          const isOfMachine =
            /^(.*\/)?(qemu-|swtpm)/.test(program) || words.some((word) => /\/serve-chain\.[jt]s$/.test(word));
          return isOfMachine && words.some((word) => word.includes(this.dataDirectory));
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  client(namespace?: undefined, options?: ServiceClientOptions): WsmanClient;
  client<N extends string>(namespace: N, options?: ServiceClientOptions): WsmanClient<N>;
  client(namespace?: string, options: ServiceClientOptions = {}): WsmanClient<string> {
    return new WsmanClient<string>({
      url: this.endpoints.http,
      user: 'admin',
      password: this.password,
      ...options,
      ...(namespace === undefined ? {} : { namespace }),
    });
  }

  /** PEM of the self-signed certificate, as its operator finds it in the state directory; without the key. */
  async certificate(): Promise<string> {
    const bundle = await readFile(join(this.dataDirectory, 'state/server.pem'), 'utf8');
    return bundle.slice(0, bundle.indexOf('-----BEGIN PRIVATE KEY-----'));
  }

  /** End the process by a signal and wait until it is gone; the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#process;
    if (child === undefined) return null;
    this.#process = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    // Guests outlive the service; of a test that failed as well.
    killEach(this.#guests());
    if (this.#temporary) rmSync(this.dataDirectory, { recursive: true, force: true });
  }
}

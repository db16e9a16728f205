import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LIMIT_MS = 5_000;

/**
 * systemd as it starts services of Type=notify (sd_notify(3)). Node has no unix datagrams, so systemd-notify speaks for us.
 * Takes the socket out of the environment: guests and tools are children of the service, and have no say in its state.
 */
export class ServiceManager {
  readonly #socket: string | undefined;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#socket = environment['NOTIFY_SOCKET'];
    delete environment['NOTIFY_SOCKET'];
  }

  /** Does nothing where no service manager asked; whoever does not hear it is told by its own time limit. */
  async tell(state: 'ready' | 'stopping', status: string): Promise<void> {
    if (this.#socket === undefined) return;
    try {
      await run('systemd-notify', [`--${state}`, `--status=${status}`], {
        env: { ...process.env, NOTIFY_SOCKET: this.#socket },
        timeout: LIMIT_MS,
      });
    } catch (error) {
      // Thrown as well, by a host that has no memory to start it.
      console.error(`vsms: systemd could not be told: ${(error as Error).message}`);
    }
  }
}

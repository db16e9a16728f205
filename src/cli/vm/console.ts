import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CimClient } from '../../client/cim-client.ts';
import { listOf, textOf } from '../../client/object.ts';
import { VirtualMachines } from '../../client/virtual-machines.ts';
import { REQUESTS } from '../../client/machine.ts';
import { connect, UsageError, type ConnectOptions } from '../connect.ts';
import { TimeoutError } from '../exit-codes.ts';
import { pipeSocket } from './pipe-socket.ts';
import { isLocal } from '../service-path.ts';

export interface ConsoleOptions extends ConnectOptions {
  /** End with success when the guest has printed this text. */
  readonly until?: string;
  /** Seconds. */
  readonly timeout?: string;
}

/** How often the pipe of a starting machine is looked for, and for how long after the start has succeeded. */
const LOOK_MS = 20;
const LATE_PIPE_MS = 5000;

/** The serial port of a machine on this host: what the guest prints, and what is typed. */
export async function serialConsole(name: string, options: ConsoleOptions): Promise<void> {
  const limit = timeLimit(options);
  await onMachine(name, options, async (socketPath) => {
    await follow(await reach(socketPath, AbortSignal.abort()), options.until ?? null, limit);
  });
}

/** Start, and be on the serial port from the first byte on: what nobody reads is lost, as on Hyper-V. */
export async function startOnConsole(name: string, options: ConsoleOptions): Promise<void> {
  const limit = timeLimit(options);
  await onMachine(name, options, async (socketPath, machines, id) => {
    const giveUp = new AbortController();
    const started = machines.request(id, REQUESTS.start).then(
      () => void sleep(LATE_PIPE_MS, undefined, { ref: false }).then(() => giveUp.abort()),
      (error: unknown) => {
        giveUp.abort();
        throw error;
      },
    );
    const followed = reach(socketPath, giveUp.signal).then((socket) => follow(socket, options.until ?? null, limit));
    // A refused start says more than the pipe that is missing for it.
    const [start, guest] = await Promise.allSettled([started, followed]);
    for (const outcome of [start, guest]) if (outcome.status === 'rejected') throw outcome.reason;
  });
}

async function onMachine(
  name: string,
  options: ConsoleOptions,
  work: (socketPath: string, machines: VirtualMachines, id: string) => Promise<void>,
): Promise<void> {
  if (!isLocal(options))
    throw new UsageError(
      'A serial port is a socket on the host of its machine. Run this there, or open the web console of that host, which has it too.',
    );
  const client = await connect(options);
  try {
    const machines = new VirtualMachines(client);
    const { id } = await machines.find(name);
    await work(pipeSocket(await firstPort(client, id)), machines, id);
  } finally {
    client.close();
  }
}

async function firstPort(client: CimClient, id: string): Promise<string> {
  const port = await client.first(`SELECT * FROM Msvm_SerialPortSettingData WHERE InstanceID LIKE 'Microsoft:${id}%'`);
  const connection = textOf(listOf(port?.properties['Connection'])[0]);
  if (connection === null || connection === '')
    throw new UsageError(
      String.raw`COM1 of this machine is not connected; vsms vm set VM --serial '\\.\pipe\NAME' connects it.`,
    );
  return connection;
}

function timeLimit(options: ConsoleOptions): number | null {
  if (options.timeout === undefined) return null;
  if (!/^[1-9]\d{0,5}$/.test(options.timeout)) throw new UsageError('--timeout is a whole number of seconds.');
  return Number(options.timeout) * 1000;
}

/** Connect; while the pipe is not there, again until `giveUp` aborts. */
async function reach(socketPath: string, giveUp: AbortSignal): Promise<Socket> {
  for (;;) {
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const socket = createConnection(socketPath);
        socket.once('connect', () => resolve(socket));
        socket.once('error', reject);
      });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ECONNREFUSED') throw error;
      if (giveUp.aborted) throw new Error(`Nobody is on ${socketPath}: is the machine running?`, { cause: error });
      await sleep(LOOK_MS);
    }
  }
}

/** Copy to standard output until the machine closes its side, or says `until`. @throws TimeoutError */
async function follow(socket: Socket, until: string | null, limitMs: number | null): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer =
      limitMs === null
        ? null
        : setTimeout(() => {
            if (until === null) resolve();
            else reject(new TimeoutError(`The guest has not said "${until}" within ${limitMs / 1000} s.`));
          }, limitMs);
    let seen = '';
    // The line is shown whole, not up to the text that was waited for.
    socket.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      if (until === null) return;
      seen = (seen + chunk.toString('latin1')).slice(-65_536);
      const at = seen.indexOf(Buffer.from(until, 'utf8').toString('latin1'));
      if (at >= 0 && seen.includes('\n', at)) resolve();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (until === null) resolve();
      else reject(new Error(`The machine closed its serial port and has not said "${until}".`));
    });
    // An end of input (a script, a closed terminal) is no reason to stop listening; who waits for a text types nothing,
    // and leaves the input to the script around it.
    if (until === null) process.stdin.pipe(socket, { end: false });
    socket.once('close', () => {
      if (timer !== null) clearTimeout(timer);
    });
  }).finally(() => {
    socket.destroy();
    if (until !== null) return;
    process.stdin.unpipe();
    process.stdin.pause();
  });
}

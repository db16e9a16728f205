import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inspectDisk } from '../src/vhd/inspect.ts';
import { createVhdx } from '../src/vhd/vhdx/writer.ts';
import { header, report, spread } from './kit/figures.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const SIZE = 512 * MIB;

interface Pattern {
  readonly what: string;
  readonly bytes: number;
  readonly depth: number;
  /** From the beginning of one read to that of the next, around the end of the disk. */
  readonly step: number;
  readonly count: number;
  readonly goal: number;
}

/** A step that is no divisor of the size comes by all places, none near the one before. */
const SCATTERED = 37 * MIB + 4096;

const PATTERNS: readonly Pattern[] = [
  { what: 'sequential 1 MiB', bytes: MIB, depth: 4, step: MIB, count: 2048, goal: 0.8 },
  { what: 'sequential 64 KiB', bytes: 65536, depth: 16, step: 65536, count: 16_384, goal: 0.8 },
  { what: 'random 4 KiB, one at a time', bytes: 4096, depth: 1, step: SCATTERED, count: 20_000, goal: 0.5 },
  { what: 'random 4 KiB, 16 at a time', bytes: 4096, depth: 16, step: SCATTERED, count: 50_000, goal: 0.5 },
];

/**
 * Reads through our chain server beside qemu-nbd on the same plain VHDX, by the same client (qemu-img bench), from the
 * page cache; then the same reads through a chain of ten, which qemu-nbd cannot open.
 */
export async function chain(rounds = 5): Promise<void> {
  header('Disks through the NBD chain server');
  const directory = await mkdtemp(join(tmpdir(), 'vsms-bench-'));
  const servers: Server[] = [];
  try {
    const files = await makeDisks(directory, 10);
    const [plain = ''] = files;
    const theirs = await qemuNbd(plain, join(directory, 'qemu.sock'));
    servers.push(theirs);
    const threads = await ourServer(plain, join(directory, 'threads.sock'), 'threads');
    servers.push(threads);
    const waiting = await ourServer(plain, join(directory, 'waiting.sock'), 'waiting');
    servers.push(waiting);
    const deep = await ourServer(files.at(-1) ?? '', join(directory, 'deep.sock'), 'waiting');
    servers.push(deep);
    for (const pattern of PATTERNS) {
      const samples = new Map<Server, number[]>(servers.map((server) => [server, []]));
      // In turn, so that all see the same noise of the machine.
      for (let round = 0; round < rounds; round++)
        for (const server of servers) samples.get(server)?.push(await measure(pattern, server));
      const theirSpread = spread(samples.get(theirs) ?? []);
      for (const [name, server] of [
        ['', waiting],
        [', in threads', threads],
        [', chain of 10', deep],
      ] as const) {
        report({
          what: `${pattern.what}${name}`,
          unit: unitOf(pattern),
          ours: spread(samples.get(server) ?? []),
          beside: { what: 'qemu-nbd, plain disk:', value: theirSpread },
          goal: server === waiting ? { atLeast: pattern.goal } : null,
        });
      }
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(directory, { recursive: true });
  }
}

const unitOf = ({ bytes }: Pattern): string => (bytes > 4096 ? 'MB/s' : '/s');

const measure = async ({ bytes, depth, step, count }: Pattern, { socket }: Server): Promise<number> => {
  const options = ['-f', 'raw', '-c', count, '-d', depth, '-s', bytes, '-S', step, `nbd+unix:///?socket=${socket}`];
  const { stdout } = await run('qemu-img', ['bench', ...options.map(String)]);
  const seconds = Number(/completed in ([\d.]+) seconds/.exec(stdout)?.[1]);
  return bytes > 4096 ? (count * bytes) / 1e6 / seconds : count / seconds;
};

/** A plain disk full of data, then children that each hold a part of it anew, scattered. */
const makeDisks = async (directory: string, depth: number): Promise<readonly string[]> => {
  const files = [join(directory, 'plain.vhdx')];
  const plain = await createVhdx({ file: files[0] ?? '', size: SIZE, type: 'dynamic' });
  for (let at = 0; at < SIZE; at += MIB) await plain.write(at, Buffer.alloc(MIB, `data ${at} `));
  await plain.close();
  for (let level = 1; level < depth; level++) {
    const before = files.at(-1) ?? '';
    const linkage = (await inspectDisk(before)).dataWriteId ?? '';
    const file = join(directory, `level${level}.avhdx`);
    const parent = { linkage, relativePath: `.\\${before.split('/').at(-1)}` };
    const writer = await createVhdx({ file, size: SIZE, type: 'differencing', parent });
    for (let at = level * 65536; at < SIZE; at += 4 * MIB) await writer.write(at, Buffer.alloc(65536, level));
    await writer.close();
    files.push(file);
  }
  return files;
};

interface Server {
  readonly socket: string;
  stop(): Promise<void>;
}

const ourServer = async (file: string, socket: string, mode: string): Promise<Server> => {
  const program = join(import.meta.dirname, 'kit/chain-server.ts');
  const child = spawn(process.execPath, [program, file, socket, mode], { stdio: ['pipe', 'pipe', 'inherit'] });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('no server'))),
  ]);
  return { socket, stop: () => stopped(child, () => child.stdin.end()) };
};

const qemuNbd = async (file: string, socket: string): Promise<Server> => {
  const pid = `${socket}.pid`;
  const options = ['-r', '-t', '-e', '8', '-f', 'vhdx', '-k', socket, `--pid-file=${pid}`];
  const child = spawn('qemu-nbd', [...options, file], { stdio: 'inherit' });
  // It has its socket before it answers; the client tells when it does.
  for (let tries = 0; tries < 100; tries++) {
    const found = await run('qemu-img', ['info', '-f', 'raw', `nbd+unix:///?socket=${socket}`]).catch(() => null);
    if (found !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { socket, stop: () => stopped(child, () => child.kill()) };
};

const stopped = async (child: ChildProcess, stop: () => void): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  stop();
  await exit;
};

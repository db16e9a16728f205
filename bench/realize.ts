import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, mkdir, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyRuntime } from '../src/core/plans/realize-runtime.ts';
import type { VirtualSystem } from '../src/core/model.ts';
import { createPathResolver } from '../src/core/paths/resolver.ts';
import { createSystemPaths } from '../src/core/systems/files/resolved-paths.ts';
import { header, report, spread } from './kit/figures.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const SIZE = 512 * MIB;
const ID = '6F1B7F4C-9A1E-4B2D-8C3F-0A1B2C3D4E5F';

/** What realizing copies of a plan, a saved state without zeros, beside `cp` and `sync` of the same file. */
export async function realize(rounds = 5): Promise<void> {
  header('Realizing: copy of a saved state');
  const directory = await mkdtemp(join(tmpdir(), 'vsms-bench-'));
  try {
    const [data, source] = [join(directory, 'data'), join(directory, 'export', 'memory.vmstate')];
    await mkdir(join(data, 'state'), { recursive: true });
    await mkdir(join(directory, 'export'));
    await fill(source);
    const resolver = createPathResolver({
      dataDirectory: data,
      stateDirectory: join(data, 'state'),
      roots: [join(directory, 'export')],
    });
    const places = createSystemPaths(resolver, { state: join(data, 'state'), run: join(directory, 'run') });
    const plan = {
      id: ID,
      active: { id: ID },
      snapshots: [],
      savedState: 'saved-1.vmstate',
      importSource: { runtime: [{ configuration: ID, kind: 'savedState', file: source }] },
    } as unknown as VirtualSystem;
    const [ours, theirs]: [number[], number[]] = [[], []];
    // In turn, so that both see the same noise of the machine.
    for (let round = 0; round < rounds; round++) {
      ours.push(
        await rate(() =>
          copyRuntime(resolver, places, plan, ID, { progress: () => undefined, signal: new AbortController().signal }),
        ),
      );
      await rm(places.stateDirectory(ID), { recursive: true });
      const copy = join(data, 'copy');
      theirs.push(
        await rate(async () => {
          await run('cp', ['--reflink=never', source, copy]);
          await run('sync', [copy]);
        }),
      );
      await rm(copy);
    }
    report({
      what: 'copy of 512 MiB, durable',
      unit: 'MiB/s',
      ours: spread(ours),
      beside: { what: 'cp and sync', value: spread(theirs) },
      goal: { atLeast: 0.9 },
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const fill = async (file: string): Promise<void> => {
  const piece = randomBytes(8 * MIB);
  await using handle = await open(file, 'w');
  for (let at = 0; at < SIZE; at += piece.length) await handle.write(piece);
  await handle.sync();
};

/** MiB in a second. */
const rate = async (work: () => Promise<unknown>): Promise<number> => {
  const begin = performance.now();
  await work();
  return SIZE / MIB / ((performance.now() - begin) / 1000);
};

import assert from 'node:assert/strict';
import { memoryHash, patternHash } from '../guests/nano-pattern.ts';
import { guestInfo, type WireHost } from './wire-host.ts';

/** The guest of a running machine, on the pipe of its name, writes the next number and its pattern to disk and memory; that number. */
export const writePattern = async (host: WireHost, name: string): Promise<number> => {
  using line = await host.serial(name);
  // Only of a guest that hears, and once: asked again on a slow host it would do it again.
  await guestInfo(line);
  line.write('x');
  return Number((await line.expect(/WROTE (\d+)\s/))[1]);
};

/** What the guest reads of its disk and of its memory are the patterns of these numbers, by their hashes. `memory`: null for one that was started anew. */
export const requirePattern = async (
  host: WireHost,
  name: string,
  { disk, memory }: { readonly disk: number; readonly memory: number | null },
  label: string,
): Promise<void> => {
  using line = await host.serial(name);
  const [, number, hash] = await line.ask('y', /DISK (\d+) (\d+)\s/);
  assert.deepEqual([Number(number), Number(hash)], [disk, patternHash(disk)], `${label}: disk`);
  if (memory === null) return;
  assert.equal((await guestInfo(line)).word, memory, `${label}: number in memory`);
  assert.equal(Number((await line.ask('h', /HASH (\d+)\s/))[1]), memoryHash(memory), `${label}: memory`);
};

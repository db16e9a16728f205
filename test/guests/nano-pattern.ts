import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/*
 * What the nano guest has written with its command `x`, as it makes it (nano/kernel.c): a number, and patterns of that number
 * over 8 sectors of its disk and 1 MiB of its memory.
 */

const SECTOR = 512;
const SEQUENCE_AT = 256 * SECTOR;
const PATTERN_AT = 320 * SECTOR;
const PATTERN_BYTES = 8 * SECTOR;
const MEMORY_WORDS = (1 << 20) / 4;

const noiseAfter = (noise: number): number => (Math.imul(noise, 1664525) + 1013904223) >>> 0;

/** What the guest answers to `h` after it has written this number. */
export const memoryHash = (sequence: number): number => {
  let [noise, hash] = [sequence, 2166136261];
  for (let word = 0; word < MEMORY_WORDS; word++) {
    noise = noiseAfter(noise);
    hash = Math.imul(hash ^ noise, 16777619) >>> 0;
  }
  return hash;
};

const diskPattern = (sequence: number): Buffer => {
  const pattern = Buffer.alloc(PATTERN_BYTES);
  let noise = sequence;
  for (let at = 0; at < PATTERN_BYTES; at += 2) {
    noise = noiseAfter(noise);
    pattern.writeUInt16LE(noise >>> 16, at);
  }
  return pattern;
};

/** The number on a disk, whatever lies below it; throws where it does not hold the whole pattern of its number. 0: none yet. */
export const numberOnDisk = async (file: string): Promise<number> => {
  const read = (at: number, bytes: number): readonly string[] => ['-c', `read -v ${at} ${bytes}`];
  const { stdout } = await promisify(execFile)('qemu-io', [
    '-U',
    '-r',
    ...read(SEQUENCE_AT, SECTOR),
    ...read(PATTERN_AT, 2 * PATTERN_BYTES),
    file,
  ]);
  const lines = stdout.matchAll(/^[0-9a-f]+: {2}((?:[0-9a-f]{2} ){16})/gm);
  const bytes = Buffer.from([...lines].map(([, line]) => line?.replaceAll(' ', '') ?? '').join(''), 'hex');
  const sequence = bytes.readUInt32LE(0);
  const at = SECTOR + (sequence % 2) * PATTERN_BYTES;
  if (sequence !== 0 && !bytes.subarray(at, at + PATTERN_BYTES).equals(diskPattern(sequence)))
    throw new Error(`${file} says ${sequence} and does not hold the pattern of it`);
  return sequence;
};

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

const HASH_OF_NOTHING = 2166136261;
const hashed = (hash: number, word: number): number => Math.imul(hash ^ word, 16777619) >>> 0;

/** What the guest answers to `h` after it has written this number. */
export const memoryHash = (sequence: number): number => {
  let [noise, hash] = [sequence, HASH_OF_NOTHING];
  for (let word = 0; word < MEMORY_WORDS; word++) {
    noise = noiseAfter(noise);
    hash = hashed(hash, noise);
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

/** The hash that the guest answers to `y` where its disk holds this number. */
export const patternHash = (sequence: number): number => {
  const pattern = diskPattern(sequence);
  let hash = HASH_OF_NOTHING;
  for (let at = 0; at < PATTERN_BYTES; at += 2) hash = hashed(hash, pattern.readUInt16LE(at));
  return hash;
};

const numberOf = (file: string, sector: Buffer, patterns: Buffer): number => {
  const sequence = sector.readUInt32LE(0);
  const at = (sequence % 2) * PATTERN_BYTES;
  if (sequence !== 0 && !patterns.subarray(at, at + PATTERN_BYTES).equals(diskPattern(sequence)))
    throw new Error(`${file} says ${sequence} and does not hold the pattern of it`);
  return sequence;
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
  return numberOf(file, bytes.subarray(0, SECTOR), bytes.subarray(SECTOR));
};

/** The same of what a guest reads there; `file` is for messages. */
export const numberIn = (file: string, content: Buffer): number =>
  numberOf(
    file,
    content.subarray(SEQUENCE_AT, SEQUENCE_AT + SECTOR),
    content.subarray(PATTERN_AT, PATTERN_AT + 2 * PATTERN_BYTES),
  );

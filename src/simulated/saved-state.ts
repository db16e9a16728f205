import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { DomainError } from '../core/errors.ts';
import { syncFolder } from '../core/paths/sync.ts';
import type { Clock } from '../core/ports.ts';
import type { AdapterSpec, MachineSpec } from '../core/machine-spec.ts';
import type { GuestState } from './guest.ts';

/** What a saved machine remembers, and what it must be built with again. */
export interface SavedState {
  readonly processors: number;
  readonly adapters: readonly string[];
  readonly guest: GuestState;
}

/** Anybody can make a digest: a folder that is imported may hold what nobody saved. */
const shape: z.ZodType<SavedState> = z.object({
  processors: z.number().int().positive(),
  adapters: z.array(z.string()),
  guest: z.object({
    ranMs: z.number().nonnegative(),
    since: z.number().nullable(),
    bootedAt: z.number(),
    pending: z.object({ kind: z.enum(['off', 'reboot']), at: z.number() }).nullable(),
    hung: z.boolean(),
    // Those that older services saved have none: set when they go on.
    clockOffset: z.number().default(0),
    word: z.number().int(),
  }),
});

/** `adapters`: those that are there now. */
export const savedStateOf = (
  { processors }: MachineSpec,
  adapters: readonly AdapterSpec[],
  guest: GuestState,
): SavedState => ({ processors, adapters: adapters.map(({ id }) => id), guest });

const MAGIC = 'VSMS-SIMULATED-STATE 2';

/** Pieces in which the file is written, each with its progress. */
const PIECES = 10;
const PIECE_BYTES = 8 * 1024;
const MOST_BYTES = 16 * 1024 * 1024;

/** One line with the state, pages of its memory, and a line with the digest of all before it. */
export const encodeSavedState = (state: SavedState, memoryBytes = PIECES * PIECE_BYTES): Buffer => {
  const head = Buffer.from(`${MAGIC}\n${JSON.stringify(state)}\n`);
  const memory = Buffer.alloc(memoryBytes, 'memory ');
  const digest = createHash('sha256').update(head).update(memory).digest('hex');
  return Buffer.concat([head, memory, Buffer.from(`\n${digest}\n`)]);
};

/** The file is there as a whole and durable, or not at all. Takes about `durationMs`. */
export const writeSavedState = async (
  file: string,
  state: SavedState,
  clock: Clock,
  durationMs: number,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const unfinished = `${file}.new`;
  const bytes = encodeSavedState(state);
  try {
    const handle = await open(unfinished, 'w', 0o600);
    try {
      const piece = Math.ceil(bytes.length / PIECES);
      for (let i = 0; i < PIECES; i++) {
        await clock.sleep(durationMs / PIECES, signal);
        await handle.write(bytes, i * piece, Math.min(piece, bytes.length - i * piece));
        progress((i + 1) / PIECES);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    signal.throwIfAborted();
    await rename(unfinished, file);
    await syncFolder(dirname(file));
  } catch (cause) {
    await rm(unfinished, { force: true });
    if (signal.aborted) throw signal.reason;
    throw new DomainError('failed', `The saved state '${file}' could not be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
};

const refusal = (
  state: string,
  why: string,
  facts: { readonly hresult?: string; readonly cause?: unknown } = {},
): DomainError =>
  new DomainError(
    'failed',
    `${state} cannot be restored: ${why}. Discard the saved state to start the machine anew.`,
    facts,
  );

export const readSavedState = async (file: string, spec: MachineSpec): Promise<SavedState> => {
  const named = `The saved state '${file}'`;
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw refusal(named, (cause as Error).message, { cause, ...(missing ? { hresult: '0x80070002' } : {}) });
  }
  try {
    const state = await parseSavedState(handle, named);
    requireFit(state, spec);
    return state;
  } finally {
    await handle.close();
  }
};

/** Nothing of the file is believed before its digest is right. */
export const parseSavedState = async (handle: FileHandle, named = 'The saved state'): Promise<SavedState> => {
  const refuse = (why: string, cause?: unknown): DomainError => refusal(named, why, { cause });
  const { size } = await handle.stat();
  if (size > MOST_BYTES) throw refuse('it is no file of this hypervisor');
  const bytes = Buffer.alloc(size);
  await handle.read(bytes, 0, size, 0);
  const text = bytes.toString('latin1');
  const body = text.length - 65;
  if (!text.startsWith(`${MAGIC}\n`) || body < 0) throw refuse('it is no file of this hypervisor');
  const digest = createHash('sha256')
    .update(bytes.subarray(0, body - 1))
    .digest('hex');
  if (text.slice(body, -1) !== digest) throw refuse('it is damaged');
  const lineEnd = bytes.indexOf(0x0a, MAGIC.length + 1);
  try {
    return shape.parse(JSON.parse(bytes.toString('utf8', MAGIC.length + 1, lineEnd)));
  } catch (cause) {
    throw refuse('it is damaged', cause);
  }
};

const requireFit = (state: SavedState, spec: MachineSpec): void => {
  // Under another identifier too: a copy of an exported machine goes on where that one was saved.
  const fits =
    state.processors === spec.processors &&
    same(
      state.adapters,
      spec.adapters.map(({ id }) => id),
    );
  if (!fits)
    throw new DomainError(
      'invalidState',
      'The configuration of the machine changed since its state was saved. Restore the configuration, or discard the saved state.',
    );
};

const same = (some: readonly string[], others: readonly string[]): boolean =>
  some.toSorted().join('\n') === others.toSorted().join('\n');

import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError } from '../core/errors.ts';
import { syncFolder } from '../core/paths/sync.ts';
import type { AdapterSpec, Clock, MachineSpec } from '../core/ports.ts';
import type { GuestState } from './guest.ts';

/** What a saved machine remembers, and what it must be built with again. */
export interface SavedState {
  readonly processors: number;
  readonly adapters: readonly string[];
  readonly guest: GuestState;
}

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

/** One line with the state, pages of its memory, and a line with the digest of all before it. */
const compose = (state: SavedState): Buffer => {
  const head = Buffer.from(`${MAGIC}\n${JSON.stringify(state)}\n`);
  const memory = Buffer.alloc(PIECES * PIECE_BYTES, 'memory ');
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
  const bytes = compose(state);
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

/** Nothing of the file is believed before its digest is right. */
export const readSavedState = async (file: string, spec: MachineSpec): Promise<SavedState> => {
  const refuse = (why: string, hresult?: string): DomainError =>
    new DomainError(
      'failed',
      `The saved state '${file}' cannot be restored: ${why}. Discard the saved state to start the machine anew.`,
      hresult === undefined ? {} : { hresult },
    );
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw refuse((cause as Error).message, missing ? '0x80070002' : undefined);
  }
  const text = bytes.toString('latin1');
  const body = text.length - 65;
  if (!text.startsWith(`${MAGIC}\n`) || body < 0) throw refuse('it is no file of this hypervisor');
  const digest = createHash('sha256')
    .update(bytes.subarray(0, body - 1))
    .digest('hex');
  if (text.slice(body, -1) !== digest) throw refuse('it is damaged');
  const lineEnd = bytes.indexOf(0x0a, MAGIC.length + 1);
  const state = JSON.parse(bytes.toString('utf8', MAGIC.length + 1, lineEnd)) as SavedState;
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
  return state;
};

const same = (some: readonly string[], others: readonly string[]): boolean =>
  some.toSorted().join('\n') === others.toSorted().join('\n');

import { DomainError } from '../core/errors.ts';
import type { StoreChange, StoreTable } from '../core/ports.ts';
import { encodeRecord } from './codec.ts';
import { isStoreTable } from './tables.ts';

/** A change as both stores keep it; null text deletes. */
export type EncodedChange = readonly [table: StoreTable, key: string, text: string | null];

/** A record of a virtual system with every limit used stays below 1 MB; more is a mistake that must not fill the disk. */
const MAX_RECORD_CHARACTERS = 64 * 1024 * 1024;
const MAX_KEY_CHARACTERS = 1024;

/** Rejects as a whole, before anything is written. */
export const encodeChanges = (changes: readonly StoreChange[]): readonly EncodedChange[] => changes.map(encodeChange);

const encodeChange = ({ table, key, value }: StoreChange): EncodedChange => {
  if (!isStoreTable(table)) throw new DomainError('failed', `The store has no table '${String(table)}'.`);
  // SQLite keeps text as UTF-8: a lone surrogate or a NUL would not come back as it was.
  if (key === '' || key.length > MAX_KEY_CHARACTERS || !key.isWellFormed() || key.includes('\0'))
    throw new DomainError('failed', `'${key.slice(0, 100)}' cannot be a key of the store's table '${table}'.`);
  if (value === null) return [table, key, null];
  if (typeof value !== 'object')
    throw new DomainError('failed', `The record '${key}' of the table '${table}' is not an object.`);
  let text: string;
  try {
    text = encodeRecord(value);
  } catch (cause) {
    throw new DomainError('failed', `The record '${key}' of the table '${table}' cannot be stored.`, { cause });
  }
  if (text.length > MAX_RECORD_CHARACTERS)
    throw new DomainError('failed', `The record '${key}' of the table '${table}' is too large to be stored.`);
  return [table, key, text];
};

/** What a store answers after `close`. */
export const closedError = (): DomainError =>
  new DomainError('notAvailable', 'The store is closed because the service is stopping. Try again when it runs.');

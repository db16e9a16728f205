import { invalid } from '../../../core/systems/refusals.ts';

/** Limits of Hyper-V's key-value pair exchange (management-service §2, KVP). */
const MAX_KEY = 254;
const MAX_DATA = 1022;
export const MAX_ITEMS_PER_CALL = 128;
/** Items kept for one system and source: a definition stays small. */
const MAX_ITEMS = 1024;

/** 0: from the host to the guest; 4: for the host only. */
export type KvpSource = 0 | 4;

export interface KvpItem {
  readonly name: string;
  readonly data: string;
  readonly source: KvpSource;
}

export type KvpChange = 'add' | 'modify' | 'remove';

/** An item as a client gave it, checked. `data` is not looked at by a removal. */
export const checkKvpItem = (change: KvpChange, name: unknown, data: unknown, source: unknown): KvpItem => {
  if (typeof name !== 'string' || name === '') throw invalid('A data item has no Name. Give each item a name.');
  if (name.length > MAX_KEY) throw invalid(`The name of a data item is longer than ${MAX_KEY} characters. Shorten it.`);
  const text = typeof data === 'string' ? data : '';
  if (change !== 'remove' && text.length > MAX_DATA) {
    throw invalid(`The data of the item "${name}" is longer than ${MAX_DATA} characters. Shorten it.`);
  }
  const from = source ?? 0;
  if (from !== 0 && from !== 4) {
    throw invalid(`The item "${name}" has the Source ${String(from)}. Use 0 (host to guest) or 4 (host only).`);
  }
  return { name, data: text, source: from };
};

/**
 * The items of one source after a change, all or none.
 * @throws DomainError invalidParameter when a key to add is there, or a key to change or remove is not
 */
export const changedItems = (
  current: readonly KvpItem[],
  change: KvpChange,
  items: readonly KvpItem[],
): readonly KvpItem[] => {
  const byName = new Map(current.map((item) => [item.name, item]));
  for (const item of items) {
    if (change === 'add' && byName.has(item.name)) {
      throw invalid(`The key "${item.name}" is there already. Use ModifyKvpItems to change it.`);
    }
    if (change !== 'add' && !byName.has(item.name)) {
      throw invalid(`The key "${item.name}" is not there. Use AddKvpItems to add it.`);
    }
    if (change === 'remove') byName.delete(item.name);
    else byName.set(item.name, item);
  }
  if (byName.size > MAX_ITEMS)
    throw invalid(`A virtual machine holds at most ${MAX_ITEMS} data items. Remove some first.`);
  return [...byName.values()];
};

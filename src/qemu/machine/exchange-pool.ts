/** An item that a program in the guest tells the host. */
export interface ExchangeItem {
  readonly name: string;
  readonly data: string;
}

const NAME_BYTES = 512;
const DATA_BYTES = 2048;
const RECORD_BYTES = NAME_BYTES + DATA_BYTES;
/** A guest may have written anything into it. */
const MAXIMUM_ITEMS = 64;
export const MAXIMUM_POOL_BYTES = MAXIMUM_ITEMS * RECORD_BYTES;

/** The items of a pool's file (core/guests/exchange-files.ts); what is no whole record, has no name or comes after the 64th is not read. The last of a name holds. */
export const readPool = (bytes: Buffer): readonly ExchangeItem[] => {
  const items = new Map<string, string>();
  for (let at = 0; at + RECORD_BYTES <= Math.min(bytes.length, MAXIMUM_POOL_BYTES); at += RECORD_BYTES) {
    const name = textOf(bytes.subarray(at, at + NAME_BYTES));
    if (name !== '') items.set(name, textOf(bytes.subarray(at + NAME_BYTES, at + RECORD_BYTES)));
  }
  return [...items].map(([name, data]) => ({ name, data }));
};

/** Up to the first zero, and printable: it goes into answers to clients. */
const textOf = (bytes: Buffer): string => {
  const end = bytes.indexOf(0);
  return bytes
    .toString('utf8', 0, end < 0 ? bytes.length : end)
    .toWellFormed()
    .replaceAll(/\p{C}/gu, ' ')
    .trim();
};

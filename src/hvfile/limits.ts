/**
 * Bounds on what a file may make us hold; a definition of a real machine stays far below all of them, and so does a saved state
 * of up to 240 GiB of memory.
 */
export interface HvLimits {
  /** Nodes and leaves together (hardening 13: 10^6 nodes). */
  readonly items: number;
  readonly depth: number;
  /** Entries of all object tables: a saved state has one per MiB of memory. */
  readonly objects: number;
  /** Bytes of all key tables. */
  readonly keyTables: number;
  /** Bytes of one string. */
  readonly string: number;
  /** A file object up to this size is read with the tree, a larger one stays a reference. */
  readonly inlineObject: number;
  /** Bytes of all file objects read with the tree. */
  readonly inlineTotal: number;
  /** Entries of the replay log, and the bytes they carry. */
  readonly logEntries: number;
  readonly logBytes: number;
  /** Bytes of a definition in XML. */
  readonly text: number;
}

/**
 * Of a saved state: its blocks of memory stay in the file, however small they were packed. `core`: the memory itself is
 * wanted, of the largest machines too, and by somebody who waits for it.
 */
export const RUNTIME_LIMITS = {
  listed: { inlineObject: 4096 },
  core: { inlineObject: 4096, items: 4_000_000, objects: 4_000_000, keyTables: 512 << 20 },
} as const satisfies Readonly<Record<string, Partial<HvLimits>>>;

export const HV_LIMITS: HvLimits = Object.freeze({
  items: 250_000,
  depth: 64,
  objects: 300_000,
  keyTables: 32 << 20,
  string: 4 << 20,
  inlineObject: 256 << 10,
  inlineTotal: 32 << 20,
  logEntries: 16_384,
  logBytes: 64 << 20,
  text: 16 << 20,
});

import type { BlockSink, BlockSource } from '../vhd/block-source.ts';

/** One disk that is served. */
export interface NbdExport {
  readonly name: string;
  readonly source: BlockSource;
  /** Null: read-only. */
  readonly sink: BlockSink | null;
}

export interface NbdLimits {
  readonly connections: number;
  /** Until transmission begins. */
  readonly handshakeMs: number;
  /** Between the parts of one message, and for a client to take what it asked for; between messages it may wait for ever. */
  readonly stallMs: number;
  readonly options: number;
  readonly optionBytes: number;
  /** Of one read or write. */
  readonly requestBytes: number;
  /** Of one connection at once: requests, and bytes read and not yet taken. */
  readonly requests: number;
  readonly replyBytes: number;
  /** Of one answer to BLOCK_STATUS. */
  readonly extents: number;
}

export const DEFAULT_LIMITS: NbdLimits = {
  connections: 16,
  handshakeMs: 10_000,
  stallMs: 60_000,
  options: 64,
  optionBytes: 16 * 1024,
  requestBytes: 32 * 1024 * 1024,
  requests: 64,
  replyBytes: 64 * 1024 * 1024,
  extents: 1024,
};

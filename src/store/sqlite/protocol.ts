import type { StoreTable } from '../../core/ports.ts';
import type { EncodedChange } from '../encode-changes.ts';
import type { TablePage } from './database.ts';

/** What the store asks of its worker thread; one question at a time. */
export type WorkerRequest =
  | { readonly kind: 'commit'; readonly batch: readonly (readonly EncodedChange[])[] }
  | { readonly kind: 'page'; readonly table: StoreTable; readonly after: number }
  | { readonly kind: 'close' };

export type WorkerReply =
  | { readonly kind: 'done' }
  | { readonly kind: 'page'; readonly page: TablePage }
  /** `intact`: the store goes on as if the request had not been made. */
  | { readonly kind: 'failed'; readonly message: string; readonly intact: boolean };

export interface WorkerStart {
  readonly path: string;
  /** Module that exports `MIGRATIONS`; functions cannot be sent to a thread. */
  readonly migrations: string;
}

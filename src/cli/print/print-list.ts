import type { CimClient } from '../../client/cim-client.ts';
import type { Host } from '../../client/host.ts';
import { connect, connectHost, type ConnectOptions } from '../connect.ts';
import { type Format, type Listing, listingText } from './listing.ts';
import { printWatched, type WatchOptions } from './watch.ts';

export interface ListFlags extends ConnectOptions, WatchOptions {
  readonly output: Format;
}

/** Asks a service for rows and prints them in the format that was asked for; again and again with `--watch`. */
const printRows = async <C extends { close(): void }, T>(
  client: C,
  flags: ListFlags,
  listing: Listing<T>,
  find: (client: C) => Promise<readonly T[]>,
): Promise<void> => {
  try {
    await printWatched(flags, async () => listingText(await find(client), flags.output, listing));
  } finally {
    client.close();
  }
};

export const printList = async <T>(
  flags: ListFlags,
  listing: Listing<T>,
  find: (client: CimClient) => Promise<readonly T[]>,
): Promise<void> => printRows(await connect(flags), flags, listing, find);

/** The same of what both protocols tell. */
export const printHostList = async <T>(
  flags: ListFlags,
  listing: Listing<T>,
  find: (host: Host) => Promise<readonly T[]>,
): Promise<void> => printRows(await connectHost(flags), flags, listing, find);

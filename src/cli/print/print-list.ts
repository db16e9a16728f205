import type { WsmanClient } from '../../client/client.ts';
import { connect, type ConnectOptions } from '../connect.ts';
import { type Format, type Listing, listingText } from './listing.ts';
import { printWatched, type WatchOptions } from './watch.ts';

export interface ListFlags extends ConnectOptions, WatchOptions {
  readonly output: Format;
}

/** Asks a service for rows and prints them in the format that was asked for; again and again with `--watch`. */
export const printList = async <T>(
  flags: ListFlags,
  listing: Listing<T>,
  find: (client: WsmanClient) => Promise<readonly T[]>,
): Promise<void> => {
  const client = await connect(flags);
  try {
    await printWatched(flags, async () => listingText(await find(client), flags.output, listing));
  } finally {
    client.close();
  }
};

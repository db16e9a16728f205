import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UnsettledWork } from '../core/jobs/unsettled.ts';
import type { Log } from '../core/log.ts';
import { syncFile } from '../core/paths/sync.ts';
import { later } from './clock.ts';

/** Base URLs without a path (decisions K10). */
export interface Endpoints {
  readonly http: string;
  readonly https: string;
  /** CIM-XML over HTTP and over HTTPS. */
  readonly cimxml: string;
  readonly cimxmls: string;
  readonly pid: number;
}

const fileIn = (dataDirectory: string): string => join(dataDirectory, 'endpoints.json');

/**
 * Tells others where we listen, for as long as it is not disposed of. A service that comes up on a full disk listens all the
 * same: whoever asks it can make room. It is written when there is some.
 */
export async function publishEndpoints(
  dataDirectory: string,
  endpoints: Endpoints,
  log: Log,
): Promise<AsyncDisposable> {
  const unsettled = new UnsettledWork(later);
  const remove = async (): Promise<void> => {
    unsettled.close();
    await rm(fileIn(dataDirectory), { force: true });
  };
  try {
    await write(dataDirectory, endpoints);
  } catch (error) {
    if (!LACKS_ROOM.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    log.error({ err: error }, 'endpoints.json could not be written; that is tried again until there is room');
    // Of a service that was killed, it would lead elsewhere.
    await rm(fileIn(dataDirectory), { force: true });
    unsettled.add(() =>
      write(dataDirectory, endpoints).then(
        () => true,
        () => false,
      ),
    );
  }
  return { [Symbol.asyncDispose]: remove };
}

const LACKS_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** Whole or not at all. */
async function write(dataDirectory: string, endpoints: Endpoints): Promise<void> {
  const file = fileIn(dataDirectory);
  await writeFile(`${file}.new`, `${JSON.stringify(endpoints)}\n`);
  // Whoever reads it after a power cut finds no empty one.
  await syncFile(`${file}.new`);
  await rename(`${file}.new`, file);
}

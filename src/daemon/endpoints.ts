import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFile } from '../core/paths/sync.ts';

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

/** Tell others where we listen; whole or not at all. */
export async function writeEndpoints(dataDirectory: string, endpoints: Endpoints): Promise<void> {
  const file = fileIn(dataDirectory);
  await writeFile(`${file}.new`, `${JSON.stringify(endpoints)}\n`);
  // Whoever reads it after a power cut finds no empty one.
  await syncFile(`${file}.new`);
  await rename(`${file}.new`, file);
}

export async function removeEndpoints(dataDirectory: string): Promise<void> {
  await rm(fileIn(dataDirectory), { force: true });
}

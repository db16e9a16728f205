import type { DiskOnHost } from '../client/disk-on-host.ts';
import type { Section } from './print/sections.ts';

/** The files of disks that are called otherwise on the host; no rows where none is. */
export const onHostSection = (disks: readonly DiskOnHost[]): Section => ({
  columns: ['place', 'as written', 'on the host'],
  rows: disks.map(({ place, path, file, problem }) => [
    place,
    path,
    [file, problem].filter((text) => text !== null).join(': '),
  ]),
});

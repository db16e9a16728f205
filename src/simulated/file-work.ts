import { createHook } from 'node:async_hooks';

/** File requests of this process whose callbacks have not run. */
const pending = new Set<number>();

/** `FSREQCALLBACK`, `FSREQPROMISE`; `FILEHANDLECLOSEREQ` is the closing of a file, `PROCESSWRAP` a tool that works on disks. */
const isFileRequest = (type: string): boolean =>
  type.startsWith('FSREQ') || type === 'FILEHANDLECLOSEREQ' || type === 'PROCESSWRAP';

let watching = false;

/**
 * Begins to count file requests. Not by `process.getActiveResourcesInfo()`: that leaves out the reading and writing of
 * whole files, so that time went on in the middle of a write.
 */
export const watchFileWork = (): void => {
  if (watching) return;
  watching = true;
  createHook({
    trackPromises: false,
    init: (id, type) => {
      if (isFileRequest(type)) pending.add(id);
    },
    after: (id) => {
      pending.delete(id);
    },
    destroy: (id) => {
      pending.delete(id);
    },
  }).enable();
};

/** Is a file being read, written or closed? Seen from a turn of the event loop; what follows in the same turn is done. */
export const fileWorkPending = (): boolean => pending.size > 0;

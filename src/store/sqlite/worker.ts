import { parentPort, workerData } from 'node:worker_threads';
import { leavesStoreIntact, RecordDatabase } from './database.ts';
import type { Migration } from './migrations.ts';
import type { WorkerReply, WorkerRequest, WorkerStart } from './protocol.ts';

/** The thread that waits for the disk so that the service does not have to. */

const { path, migrations } = workerData as WorkerStart;

const answer = (database: RecordDatabase, request: WorkerRequest): WorkerReply => {
  switch (request.kind) {
    case 'commit':
      database.apply(request.batch);
      return { kind: 'done' };
    case 'page':
      return { kind: 'page', page: database.page(request.table, request.after) };
    case 'close':
      database.close();
      return { kind: 'done' };
  }
};

const failure = (error: unknown): WorkerReply => ({
  kind: 'failed',
  message: error instanceof Error ? error.message : String(error),
  intact: leavesStoreIntact(error),
});

const port = parentPort;
if (port === null) throw new Error('This module runs as a worker thread.');

try {
  const { MIGRATIONS } = (await import(migrations)) as { MIGRATIONS: readonly Migration[] };
  const database = RecordDatabase.open(path, MIGRATIONS);
  port.on('message', (request: WorkerRequest) => {
    let reply: WorkerReply;
    try {
      reply = answer(database, request);
    } catch (error) {
      reply = failure(error);
    }
    port.postMessage(reply);
    if (request.kind === 'close') port.close();
  });
  port.postMessage({ kind: 'done' } satisfies WorkerReply);
} catch (error) {
  port.postMessage(failure(error));
  port.close();
}

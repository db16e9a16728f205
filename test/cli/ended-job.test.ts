import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { vsmsHere } from './in-process.ts';

const ID = '11111111-2222-4333-8444-555555555555';

/** A host whose job is in `state` as soon as it is to be cancelled, and from then on, or never ends: null. */
const cancelAt = async (state: string | null): Promise<{ readonly code: number; readonly said: string }> => {
  let now = 'running';
  const problem = (detail: string) => ({
    title: '',
    detail,
    code: 'invalid-state',
    returnValue: 32775,
    job: null,
    errors: [],
  });
  const host = createServer(({ method }, response) => {
    const error = now === 'failed' ? { message: 'The disk is full.', returnValue: 32768 } : null;
    const refused = method === 'POST';
    if (refused) now = state ?? now;
    response.writeHead(refused ? 409 : 200, { 'content-type': `application/${refused ? 'problem+' : ''}json` });
    const job = { id: ID, description: 'Exporting', state: now, percent: 99, startedAt: null, error };
    response.end(JSON.stringify(refused ? problem('The job cannot be cancelled.') : job));
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  try {
    const VSMS_HOST = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    return await vsmsHere({ VSMS_HOST, VSMS_TOKEN: 'vsms_x' }, ['job', 'cancel', ID]);
  } finally {
    host.closeAllConnections();
    host.close();
  }
};

test('job cancel: a job that ends just then is told as ended, and one that failed in its own words', async () => {
  for (const [state, code, said] of [
    ['completed', EXIT.ok, /^The job had ended already\.\nCompleted$/],
    ['completedWithWarnings', EXIT.ok, /^The job had ended already\.\nCompletedWithWarnings$/],
    ['terminated', EXIT.ok, /^The job had ended already\.\nTerminated$/],
    ['failed', EXIT.failed, /^The job had ended already\.\nThe disk is full\.$/],
    [null, EXIT.conflict, /^(?!.*ended already).*The job cannot be cancelled\./],
  ] as const) {
    const outcome = await cancelAt(state);
    assert.match(outcome.said, said, String(state));
    assert.equal(outcome.code, code, String(state));
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WsmanClient } from '../../src/client/client.ts';
import { finishJob } from '../../src/client/jobs.ts';
import { PATIENT } from '../../src/client/patience.ts';
import type { RestClient } from '../../src/client/rest/client.ts';
import { RestWork } from '../../src/client/rest/work.ts';

const ID = '11111111-2222-4333-8444-555555555555';

/** Ctrl-C while the call is under way that starts the job: there is no job yet whose end could be asked for. */
const interrupted = { signal: AbortSignal.abort() };

test('a job that was asked for when the interrupt came is cancelled: WS-Management', async () => {
  const asked: unknown[] = [];
  const client = {
    invoke: async (_job: unknown, method: string, args: unknown) => void asked.push([method, args]),
    waitForJob: async () => ({ className: 'Msvm_ConcreteJob', properties: { JobState: '9' } }),
  } as unknown as WsmanClient;
  await assert.rejects(finishJob(client, { resourceUri: '', selectors: { InstanceID: ID } }, interrupted));
  assert.deepEqual(asked, [['RequestStateChange', { RequestedState: 5 }]]);
});

test('a job that was asked for when the interrupt came is cancelled: REST', async () => {
  const asked: string[] = [];
  const client = {
    call: async (id: string) => {
      asked.push(id);
      return { status: 200, body: { id: ID, state: 'killed', percent: 0, error: null } };
    },
  } as unknown as RestClient;
  await assert.rejects(new RestWork(client, PATIENT).finish(ID, interrupted), /killed/);
  assert.deepEqual(asked, ['cancelJob', 'getJob']);
});

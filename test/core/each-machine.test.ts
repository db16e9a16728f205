import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachMachine } from '../../src/core/collections/each-machine.ts';
import { DomainError } from '../../src/core/errors.ts';
import type { Job } from '../../src/core/jobs/job.ts';

test('jobs of the others end with the first that fails, also when the store refuses the request', async () => {
  const asked: string[] = [];
  const other = Promise.withResolvers<Job | undefined>();
  const jobs = {
    requestStateChange: async (id: string): Promise<number> => {
      asked.push(id);
      // Its steps hear of it, and then the record is refused.
      other.resolve(undefined);
      throw new DomainError('failed', 'The store could not write: the disk is full.');
    },
    ended: async (id: string): Promise<Job | undefined> => {
      if (id === 'second') return other.promise;
      throw new DomainError('invalidState', 'It cannot.');
    },
  };
  const step = {
    jobId: '',
    signal: new AbortController().signal,
    progress: () => undefined,
    join: () => undefined,
    keep: async () => undefined,
    affect: () => undefined,
    warn: () => undefined,
  };
  const shares = ['second', 'first'].map((id) => ({ machine: id, begin: async () => ({ id }) as Job }));
  await assert.rejects(eachMachine(jobs, step, shares), { code: 'invalidState', message: 'first: It cannot.' });
  assert.ok(asked.includes('second'));
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Service } from '../kit/service.ts';

const run = promisify(execFile);

test('python3-winrm defines, reads, queries, is refused and destroys, over HTTP and HTTPS', async () => {
  await using service = await Service.start({ hypervisor: 'simulated' });
  for (const base of [service.endpoints.http, service.endpoints.https]) {
    const script = join(import.meta.dirname, 'python_winrm.py');
    const { stdout } = await run('/usr/bin/python3', [
      '-W',
      'ignore',
      script,
      `${base}/wsman`,
      'admin',
      service.password,
    ]);
    assert.deepEqual(JSON.parse(stdout), {
      define: ['0'],
      name: ['from-python'],
      state: ['3'],
      query: ['from-python'],
      pauseWhenOff: ['32775'],
      fault: { status: 500, code: ['2150858752'] },
      destroy: ['4096'],
    });
  }
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Service } from '../kit/service.ts';

const run = promisify(execFile);

test('python3-winrm defines, reads, queries, is refused and destroys, over HTTP and HTTPS', async () => {
  await using service = await Service.start({ hypervisor: 'simulated' });
  const ca = join(service.dataDirectory, 'ca.pem');
  await writeFile(ca, await service.certificate());
  const script = join(import.meta.dirname, 'python_winrm.py');
  for (const base of [service.endpoints.http, service.endpoints.https]) {
    const { stdout } = await run(
      '/usr/bin/python3',
      ['-W', 'ignore', script, `${base}/wsman`, 'admin', service.password, ca],
      {
        // The certificate is trusted by its own file; bundles of the environment would take its place.
        env: { ...process.env, REQUESTS_CA_BUNDLE: '', CURL_CA_BUNDLE: '' },
      },
    );
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

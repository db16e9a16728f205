import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Service } from '../kit/service.ts';

const run = promisify(execFile);
const DOCUMENT = join(import.meta.dirname, '../../docs/clients.md');

test('A-016e, A-017, A-018, A-020, A-027 the commands of docs/clients.md get in', async () => {
  await using service = await Service.start({ hypervisor: 'simulated', environment: { VSMS_ADMIN_NTLM: '1' } });
  const blocks = [...readFileSync(DOCUMENT, 'utf8').matchAll(/^```sh\n([^]*?)^```$/gm)].map((match) => match[1] ?? '');
  const directory = mkdtempSync(join(tmpdir(), 'vsms-clients-'));
  try {
    for (const block of blocks) {
      const script = block
        .replaceAll('vsms.example:5985', new URL(service.endpoints.http).host)
        .replaceAll('vsms.example:5986', new URL(service.endpoints.https).host)
        .replaceAll('vsms.example:5988', new URL(service.endpoints.cimxml).host)
        .replaceAll('vsms.example:5989', new URL(service.endpoints.cimxmls).host);
      const { stdout } = await run('/bin/sh', ['-eu', '-c', script], {
        cwd: directory,
        env: {
          PATH: '/usr/bin:/bin',
          HOME: directory,
          VSMS_PASSWORD: service.password,
          PYTHONWARNINGS: 'ignore',
        },
      });
      const expected = block.match(/vsms\.example:\d+\/wsman/g)?.length ?? 0;
      // wbemcli exits with 0 when it fails: what it prints tells.
      if (block.includes('RequestStateChange'))
        assert.match(
          stdout,
          /DefineSystem: 0[^]*RequestStateChange: 4096[^]*Msvm_VirtualSystemSettingData\.InstanceID=/,
        );
      if (block.includes('root/interop') || block.includes('names.xml')) assert.match(stdout, /CIM_Namespace/, block);
      assert.equal(stdout.match(/<wsmid:IdentifyResponse/g)?.length ?? 0, expected, block + stdout);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

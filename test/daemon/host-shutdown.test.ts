import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { settingsText } from '../../src/client/settings-text.ts';
import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { Service } from '../kit/service.ts';

const CLI = join(import.meta.dirname, '../../src/cli/main.ts');
const SERVICE = { className: 'Msvm_VirtualSystemManagementService' };

const hostShutdown = (dataDirectory: string): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, VSMS_CONFIG: '/nonexistent/vsms.toml', VSMS_DATA_DIR: dataDirectory };
    execFile(process.execPath, [CLI, 'host', 'shutdown'], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr }),
    );
  });

/** Two machines, by AutomaticShutdownAction, running. */
async function startTwo(service: Service): Promise<ReadonlyMap<number, string>> {
  const client = service.client();
  const machines = new VirtualMachines(client);
  const ids = new Map<number, string>();
  for (const action of [2, 3]) {
    const settings = { ElementName: `action ${action}`, AutomaticShutdownAction: action };
    await client.run(SERVICE, 'DefineSystem', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', settings),
    });
    const { id } = await machines.find(settings.ElementName);
    ids.set(action, id);
    await machines.request(id, 2);
  }
  client.close();
  return ids;
}

describe('K20: vsms host shutdown', () => {
  test('machines stop as their automatic stop actions say, the service ends, and remembers', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'vsms-host-'));
    // Longer than a socket's path may be.
    const dataDirectory = join(directory, 'd'.repeat(100));
    try {
      await using service = await Service.start({
        hypervisor: 'simulated',
        dataDirectory,
        environment: { VSMS_RUN_DIR: join(directory, 'run') },
      });
      const ids = await startTwo(service);
      const { pid } = service;
      const { code, said } = await hostShutdown(dataDirectory);
      assert.equal(code, 0, said);
      assert.match(said, /All virtual machines are stopped/);
      await service.ended();
      assert.ok(!existsSync(join(dataDirectory, 'endpoints.json')));
      assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });

      await service.run();
      const client = service.client();
      const machines = new VirtualMachines(client);
      assert.equal((await machines.find(ids.get(2) ?? '')).state, 3);
      assert.equal((await machines.find(ids.get(3) ?? '')).state, 6);
      client.close();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test('where no service is: exit code 2 and what to do', async () => {
    const { code, said } = await hostShutdown('/nonexistent/vsms');
    assert.equal(code, 2);
    assert.match(said, /No service that takes orders/);
  });

  test('what is no order is refused, and the service goes on', async () => {
    await using service = await Service.start({ hypervisor: 'simulated' });
    const path = join(service.dataDirectory, 'state', 'control.sock');
    for (const text of ['reboot\n', '\n', 'x'.repeat(100_000)]) {
      const answer = await new Promise<string>((resolve, reject) => {
        let said = '';
        const socket = connect({ path }, () => socket.write(text));
        socket.on('data', (chunk) => (said += chunk.toString()));
        socket.on('error', reject);
        socket.on('close', () => resolve(said));
      });
      assert.match(answer, /unknown/);
    }
    const client = service.client();
    assert.match((await client.identify()).vendor, /./);
    client.close();
  });
});

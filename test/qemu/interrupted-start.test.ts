import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { MachineRecords } from '../../src/qemu/supervise/machine-record.ts';
import { readProcess } from '../../src/qemu/supervise/process-identity.ts';
import { TestHost } from './kit.ts';

const ID = '6C3A5F0E-52B4-4E4E-9E0C-1B1C2F5A7D11';

describe('a service that was killed between starting a process and noting its number', () => {
  for (const [phase, survives] of [
    ['starting', false],
    ['running', true],
  ] as const) {
    test(`${phase}: the process ${survives ? 'is looked for by its number only' : 'is found by its directory and ended'}`, async () => {
      await using host = await TestHost.make();
      const home = host.path(`run-${ID}`);
      const sockets = join(home, 's');
      await mkdir(sockets, { recursive: true });
      const records = await MachineRecords.open(host.path('state/machines'));
      await records.put(
        {
          version: 1,
          id: ID,
          phase,
          ranBeforeSave: false,
          resetting: false,
          process: null,
          directories: { logs: home, home, sockets },
          machineType: null,
          memoryMb: 64,
          adapterSlots: {},
          formerMacs: {},
          controllers: [],
          generationId: false,
          wires: {},
          links: [],
          chains: [],
          daemons: [],
          awaitsDaemons: true,
          touched: {},
          grants: [],
        },
        true,
      );
      // Stands for a QEMU that has not come so far as to write its pid file.
      const child = spawn('sleep', ['1000'], { cwd: sockets, stdio: 'ignore' });
      await once(child, 'spawn');
      const other = spawn('sleep', ['1000'], { cwd: home, stdio: 'ignore' });
      await once(other, 'spawn');
      try {
        await host.hypervisor();
        assert.equal((await readProcess(child.pid ?? 0)) !== null, survives);
        assert.notEqual(await readProcess(other.pid ?? 0), null, 'a process of somebody else was ended');
        assert.deepEqual(await readdir(host.path('state/machines')), []);
      } finally {
        child.kill('SIGKILL');
        other.kill('SIGKILL');
      }
    });
  }
});

import assert from 'node:assert/strict';
import { cp, mkdtemp, open, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { WsmanFault, type WsmanClient } from '../../src/client/client.ts';
import { MethodError } from '../../src/client/method-error.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { Service } from '../kit/service.ts';
import { difference, dump } from '../kit/wire-dump.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' };

const define = (client: WsmanClient, name: string, notes = ''): Promise<unknown> =>
  client.run(SERVICE, 'DefineSystem', {
    SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { ElementName: name, Notes: [notes] }),
  });

const withDirectory = async (work: (directory: string) => Promise<void>): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-s-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/** A directory in which a service has defined one machine and was stopped. */
const withStore = (work: (directory: string, file: string) => Promise<void>): Promise<void> =>
  withDirectory(async (directory) => {
    const service = await Service.start({ hypervisor: 'simulated', dataDirectory: directory });
    const client = service.client();
    await define(client, 'kept');
    client.close();
    await service.stop();
    await work(directory, join(directory, 'state', 'vsms.db'));
  });

/** Starts on a directory and expects to be told why not: in words, without a stack. */
const refusal = async (directory: string): Promise<string> => {
  const started = Service.start({ hypervisor: 'simulated', dataDirectory: directory });
  const text = await started.then(
    async (service) => {
      await service.stop();
      return assert.fail('it started');
    },
    (error: Error) => error.message,
  );
  assert.match(text, /vsms: /);
  assert.doesNotMatch(text, /^\s+at /m);
  return text;
};

describe('the store (issue 2 §6, hardening 25 and 29)', () => {
  test('29 two services on one data directory: the second refuses and names the first, which goes on', async () => {
    await withStore(async (directory) => {
      await using first = await Service.start({ hypervisor: 'simulated', dataDirectory: directory });
      const text = await refusal(directory);
      assert.match(text, /Another service/);
      assert.ok(text.includes(String(first.pid)), text);
      const client = first.client();
      await define(client, 'after');
      assert.equal((await dump(client)).filter((line) => line.includes('ElementName="after"')).length > 0, true);
      client.close();
      const endpoints = JSON.parse(await readFile(join(directory, 'endpoints.json'), 'utf8')) as { pid: number };
      assert.equal(endpoints.pid, first.pid);
    });
  });

  test('K32 a newer store is refused and not touched', async () => {
    await withStore(async (directory, file) => {
      const database = new DatabaseSync(file);
      database.exec('PRAGMA user_version = 999');
      database.close();
      const before = await readFile(file);
      assert.match(await refusal(directory), /newer version/);
      assert.ok(before.equals(await readFile(file)));
    });
  });

  test('a damaged file is reported', async () => {
    await withStore(async (directory, file) => {
      await using handle = await open(file, 'r+');
      await handle.write(Buffer.alloc(4096, 'x'), 0, 4096, 0);
      await handle.sync();
      assert.match(await refusal(directory), /store .*cannot be opened/i);
    });
  });

  test('damage in the middle of the file is reported', async () => {
    await withStore(async (directory, file) => {
      const { size } = await stat(file);
      await using handle = await open(file, 'r+');
      // Every page but the first: whichever table it meets.
      await handle.write(Buffer.alloc(size - 4096, 0x55), 0, size - 4096, 4096);
      await handle.sync();
      assert.match(await refusal(directory), /store/i);
    });
  });

  for (const value of ['{', '{}', '[]', '{"r":1}']) {
    test(`a damaged record is reported by its table and key: ${value}`, async () => {
      await withStore(async (directory, file) => {
        const database = new DatabaseSync(file);
        database.prepare('UPDATE systems SET value = ?').run(value);
        const { key } = database.prepare('SELECT key FROM systems').get() as { key: string };
        database.close();
        const text = await refusal(directory);
        assert.ok(text.includes(key) && text.includes("'systems'"), text);
      });
    });
  }

  test('a damaged record of a job is reported too', async () => {
    await withStore(async (directory, file) => {
      const database = new DatabaseSync(file);
      database.prepare('INSERT INTO jobs (key, value) VALUES (?, ?)').run('A-JOB', '{}');
      database.close();
      assert.match(await refusal(directory), /'A-JOB' of the store's table 'jobs' is damaged/);
    });
  });

  test('25 a full disk: a clear answer, nothing half-done, nothing lost; with space again it goes on', async () => {
    await withDirectory(async (directory) => {
      const isRoot = process.getuid?.() === 0;
      const launcher = [
        'unshare',
        ...(isRoot ? [] : ['--user', '--map-root-user']),
        '--mount',
        'sh',
        '-c',
        'mount -t tmpfs -o size=24m tmpfs "$0" && exec "$@"',
        directory,
      ];
      const copy = `${directory}-copy`;
      const service = await Service.start({ hypervisor: 'simulated', dataDirectory: directory, launcher });
      const client = service.client();
      try {
        await define(client, 'first', 'x'.repeat(1000));
        const ballast = join(service.visibleDirectory, 'ballast');
        const { bavail, bsize } = await statfs(service.visibleDirectory);
        await writeFile(ballast, Buffer.alloc(bavail * bsize - 512 * 1024));
        let failure: unknown = null;
        for (let i = 0; failure === null && i < 200; i++)
          failure = await define(client, `filler ${i}`, 'y'.repeat(30_000)).then(
            () => null,
            (error: unknown) => error,
          );
        assert.ok(failure instanceof MethodError || failure instanceof WsmanFault, String(failure));
        const full = await dump(client);
        await assert.rejects(define(client, 'no room', 'z'.repeat(30_000)));
        assert.equal(difference(full, await dump(client)), '');
        await rm(ballast);
        await define(client, 'room again', 'z'.repeat(30_000));
        const after = await dump(client);
        assert.ok(after.some((line) => line.includes('ElementName="room again"')));
        // The mount ends with the process: what is durable now is looked at in a copy.
        await cp(join(service.visibleDirectory, 'state'), join(copy, 'state'), {
          recursive: true,
          filter: (source) => !source.endsWith('.sock'),
        });
        client.close();
        await service.stop('SIGKILL');
        await using second = await Service.start({ hypervisor: 'simulated', dataDirectory: copy });
        const reader = second.client();
        const again = (await dump(reader)).map((line) => line.replaceAll(copy, directory));
        reader.close();
        assert.equal(difference(after, again), '');
      } finally {
        client.close();
        await service.stop('SIGKILL');
        await rm(copy, { recursive: true, force: true });
      }
    });
  });
});

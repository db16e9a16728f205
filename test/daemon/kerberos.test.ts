import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { User } from '../../src/auth/users.ts';
import { KerberosKey } from '../../src/auth/kerberos/encryption.ts';
import { ReplayCache } from '../../src/auth/kerberos/replay-cache.ts';
import { ReplayFile } from '../../src/auth/kerberos/replay-file.ts';
import { readInitialContext } from '../../src/auth/spnego/tokens.ts';
import { openKerberos } from '../../src/daemon/kerberos.ts';
import { apRequestToken } from '../auth/kit/kerberos-client.ts';

const MINUTE = 60_000;
const serviceKey = new KerberosKey(18, Buffer.alloc(32, 3));

/** A keytab of version 2 with one key of a service. */
const keytab = (): Buffer => {
  const counted = (text: string): Buffer => Buffer.concat([u16(text.length), Buffer.from(text)]);
  const entry = Buffer.concat([
    u16(2),
    ...['TEST', 'HTTP', 'host'].map(counted),
    Buffer.from([0, 0, 0, 3]),
    Buffer.alloc(4),
    Buffer.from([2]),
    u16(18),
    u16(32),
    Buffer.alloc(32, 3),
  ]);
  const size = Buffer.alloc(4);
  size.writeInt32BE(entry.length);
  return Buffer.concat([Buffer.from([5, 2]), size, entry]);
};
const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

describe('21: authenticators that were used, across starts of the service', () => {
  let state = '';
  const told: string[] = [];
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'vsms-krb-'));
    told.length = 0;
    await writeFile(join(state, 'keytab'), keytab());
  });
  afterEach(() => rm(state, { recursive: true, force: true }));

  const file = (): string => join(state, 'kerberos-replays');
  const open = async () => {
    const kerberos = { keytab: join(state, 'keytab'), realms: ['TEST'], users: {} };
    const users = { get: (name: string) => ({ name }) as User };
    const opened = await openKerberos({ kerberos, channel_binding: 'relaxed' }, users, state, {
      error: (_facts, message) => told.push(message),
    });
    return opened ?? assert.fail();
  };
  const ticket = (time = Date.now()): Buffer => {
    const options = { serviceKey, start: time - MINUTE, end: time + 60 * MINUTE, time };
    return readInitialContext(apRequestToken(options).token).inner;
  };
  const show = ({ server }: Awaited<ReturnType<typeof open>>, inner: Buffer): string => {
    const outcome = server.accept(inner, null);
    return outcome.ok ? 'in' : outcome.reason;
  };

  test('the next service knows them, however the former one ended', async () => {
    const used = ticket();
    // Not closed: killed.
    assert.equal(show(await open(), used), 'in');
    // Half a line, as a write that was cut off leaves it.
    await appendFile(file(), 'abc');
    using next = await open();
    assert.equal(show(next, used), 'replayed');
    assert.equal(show(next, ticket(Date.now() - 4 * MINUTE)), 'in', 'a clock that is behind');
    assert.equal((await stat(file())).mode & 0o777, 0o600);
    assert.deepEqual(told, []);
  });

  test('after a start of the host, of which the last may be missing, none is taken that is older than the service', async () => {
    const used = ticket();
    {
      using first = await open();
      assert.equal(show(first, used), 'in');
    }
    const [, ...lines] = (await readFile(file(), 'utf8')).split('\n');
    await writeFile(file(), ['boot another', ...lines].join('\n'));
    using next = await open();
    assert.equal(show(next, used), 'older than this service');
    assert.equal(show(next, ticket(Date.now() + MINUTE)), 'in');
    assert.match(await readFile(file(), 'utf8'), new RegExp(`^boot ${(await bootId()).trim()}\n`));
  });

  test('where the file cannot be had, it is told, none that is older is taken, and others are let in', async () => {
    await rm(file(), { force: true });
    await mkdir(file());
    using opened = await open();
    assert.equal(told.length, 1);
    assert.equal(show(opened, ticket(Date.now() - MINUTE)), 'older than this service');
    const fresh = ticket(Date.now() + MINUTE);
    assert.equal(show(opened, fresh), 'in');
    assert.equal(show(opened, fresh), 'replayed');
  });

  test('what is over is not kept, and a file that cannot be written any more is told once', () => {
    {
      using first = new ReplayFile(file(), 'b', 0);
      const cache = new ReplayCache(10, { file: first });
      assert.ok(cache.use('old', 10, 0) && cache.use('new', 30, 0));
    }
    using second = new ReplayFile(file(), 'b', 20);
    assert.deepEqual(second.entries, [['new', 30]]);
    let lost = 0;
    const broken = {
      entries: second.entries,
      append: (): never => {
        throw new Error('ENOSPC');
      },
    };
    const cache = new ReplayCache(10, { file: broken, onLost: () => lost++ });
    assert.equal(cache.use('new', 30, 20), false);
    assert.ok(cache.use('a', 40, 20) && cache.use('b', 40, 20));
    assert.equal(cache.use('a', 40, 20), false);
    assert.equal(lost, 1);
  });
});

const bootId = (): Promise<string> => readFile('/proc/sys/kernel/random/boot_id', 'utf8');

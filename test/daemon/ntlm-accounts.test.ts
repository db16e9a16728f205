import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { hashPassword } from '../../src/auth/password.ts';
import { ntHash } from '../../src/auth/ntlm/keys.ts';
import { Users } from '../../src/auth/users.ts';
import { applyChosenPassword } from '../../src/daemon/admin.ts';
import { loadConfig } from '../../src/daemon/config/config.ts';
import { ConfigError } from '../../src/daemon/config/config-error.ts';
import { openCredentialKey } from '../../src/daemon/credential-key.ts';
import { userStorage } from '../../src/daemon/storage/user-storage.ts';
import { createMemoryStore } from '../../src/store/memory.ts';

async function inDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'vsms-key-'));
  try {
    await body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('the key of stored NT hashes', () => {
  test('is made once, for the owner only, and opens what it sealed after a restart', () =>
    inDirectory(async (directory) => {
      const sealed = (await openCredentialKey(directory)).seal(Buffer.from('x'), 'p');
      assert.equal((await openCredentialKey(directory)).open(sealed, 'p')?.toString(), 'x');
      assert.deepEqual(readdirSync(directory), ['credential.key']);
      assert.equal(statSync(join(directory, 'credential.key')).mode & 0o777, 0o600);
      assert.equal(readFileSync(join(directory, 'credential.key')).length, 32);
    }));

  test('that is damaged is told, not replaced', () =>
    inDirectory(async (directory) => {
      writeFileSync(join(directory, 'credential.key'), 'short');
      await assert.rejects(openCredentialKey(directory), /credential\.key .* is damaged/);
      assert.equal(readFileSync(join(directory, 'credential.key'), 'utf8'), 'short');
    }));
});

describe('VSMS_ADMIN_NTLM', () => {
  test('opts admin in, leaves it, opts it out; the same again writes nothing', () =>
    inDirectory(async (directory) => {
      const store = createMemoryStore();
      const box = await openCredentialKey(directory);
      const open = (): Promise<Users> => Users.open(userStorage(store), 'H', box);
      const hash = (users: Users): Buffer | undefined => {
        const admin = users.get('admin');
        assert.ok(admin !== undefined);
        return users.ntHash(admin);
      };
      const users = await open();
      await applyChosenPassword(users, 'one', null);
      assert.equal(hash(users), undefined);
      await applyChosenPassword(users, 'one', true);
      assert.deepEqual(hash(await open()), ntHash('one'));
      const before = users.get('admin');
      await applyChosenPassword(users, 'one', true);
      await applyChosenPassword(users, 'one', null);
      assert.equal(users.get('admin'), before);
      await applyChosenPassword(users, 'two', null);
      assert.deepEqual(hash(await open()), ntHash('two'));
      await applyChosenPassword(users, 'two', false);
      assert.equal(hash(await open()), undefined);
    }));

  test('a hash that cannot be opened is made anew, or forgotten', () =>
    inDirectory(async (directory) => {
      const store = createMemoryStore();
      const first = await Users.open(userStorage(store), 'H', await openCredentialKey(directory));
      await applyChosenPassword(first, 'one', true);
      rmSync(join(directory, 'credential.key'));
      const users = await Users.open(userStorage(store), 'H', await openCredentialKey(directory));
      assert.equal(users.ntHash(users.get('admin') ?? assert.fail()), undefined);
      await applyChosenPassword(users, 'one', true);
      const admin = users.get('admin');
      assert.deepEqual(admin === undefined ? undefined : users.ntHash(admin), ntHash('one'));
      rmSync(join(directory, 'credential.key'));
      const again = await Users.open(userStorage(store), 'H', await openCredentialKey(directory));
      await applyChosenPassword(again, 'one', false);
      assert.equal(again.get('admin')?.ntlm, undefined);
    }));

  test('records written before there was NTLM are read', async () => {
    const store = createMemoryStore();
    const old = { name: 'bob', role: 'viewer', password: await hashPassword('x'), createdAt: '2026-01-01T00:00:00Z' };
    await store.commit([{ table: 'users', key: 'bob', value: old }]);
    const users = await Users.open(userStorage(store), 'H');
    assert.equal((await users.verify('bob', 'x'))?.ntlm, undefined);
    assert.equal(users.anyNtlm, false);
  });
});

test('settings of NTLM are read from the environment', () => {
  const load = (environment: Record<string, string>) =>
    loadConfig({ environment: { VSMS_CONFIG: '/nonexistent/vsms.toml', HOME: '/tmp', ...environment }, root: false });
  assert.equal(load({}).admin_ntlm, null);
  assert.equal(load({ VSMS_ADMIN_NTLM: '1' }).admin_ntlm, true);
  assert.equal(load({ VSMS_ADMIN_NTLM: '0' }).admin_ntlm, false);
  assert.equal(load({ VSMS_CHANNEL_BINDING: 'strict' }).channel_binding, 'strict');
  assert.equal(load({ VSMS_NTLM_SCHEME: 'never' }).ntlm_scheme, 'never');
  for (const wrong of [{ VSMS_ADMIN_NTLM: 'perhaps' }, { VSMS_CHANNEL_BINDING: 'x' }, { VSMS_NTLM_SCHEME: '1' }]) {
    assert.throws(() => load(wrong), ConfigError);
  }
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { local, vsms } from './kit.ts';

describe('vsms token', () => {
  let service: Service;
  before(async () => (service = await Service.start({ hypervisor: 'simulated' })));
  after(() => service[Symbol.asyncDispose]());

  const cli = (...args: readonly string[]) => vsms(local(service), 'token', ...args);
  const ask = async (token: string): Promise<number> =>
    (await fetch(`${service.endpoints.http}/api/v1/vms`, { headers: { authorization: `Bearer ${token}` } })).status;

  test('made, used, listed, ended', async () => {
    const { code, stdout } = await cli('create', 'ci', '--days', '1');
    assert.equal(code, 0);
    const token = stdout.trim();
    assert.equal(await ask(token), 200);
    const list = await cli('list', '-o', 'json');
    const [one] = JSON.parse(list.stdout) as { id: string; name: string; user: string; role: string }[];
    assert.deepEqual([one?.name, one?.user, one?.role], ['ci', 'admin', 'viewer']);
    // Not by splitting at underscores: a secret may hold some.
    assert.ok(!list.stdout.includes(token.slice(`vsms_${'0'.repeat(32)}_`.length)));
    assert.match((await cli('list')).stdout, /^NAME +USER +ROLE +EXPIRES +ID\nci +admin +viewer/);
    assert.equal((await cli('remove', one?.id ?? '')).code, 0);
    assert.equal(await ask(token), 401);
  });

  test('what cannot be is refused with a sentence', async () => {
    for (const [wanted, ...args] of [
      [3, 'create', 'x', '--user', 'nobody'],
      [2, 'create', 'x', '--role', 'king'],
      [2, 'create', 'x', '--days', '0'],
      [2, 'create', 'x', '--days', '500'],
      [3, 'remove', 'none'],
    ] as const) {
      const { code, stderr } = await cli(...args);
      assert.equal(code, wanted, args.join(' '));
      assert.match(stderr, /^vsms: .*\.$/m);
    }
  });
});

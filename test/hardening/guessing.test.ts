import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { Rest } from '../rest/kit.ts';
import { basic, exchange, IDENTIFY, request, SOAP } from './kit.ts';

/** More than anybody's free guesses and what may wait behind them. */
const GUESSES = 60;
const JUDGED = 12;

describe('21 many guesses at once', () => {
  let service: Service;
  let rest: Rest;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    for (const name of ['alice', 'bob', 'carol', 'dave'])
      await rest.expect(201, `/users/${name}`, { method: 'PUT', body: { password: 'Right-Passw0rd' } });
  });
  after(() => service[Symbol.asyncDispose]());

  const asking = (user: string, password: string, more = false): Buffer =>
    request({ headers: { ...SOAP, Authorization: basic(user, password) }, body: IDENTIFY, more });
  const told = async (kind: string, user: string): Promise<readonly string[]> => {
    const { body } = await rest.expect(200, `/audit?kind=${kind}&who=${user}&limit=1000`);
    return (body.items as readonly { readonly result: string }[]).map(({ result }) => result);
  };

  test('21 on many connections: a handful is judged, the others are refused unseen', async () => {
    const statuses = await Promise.all(
      Array.from({ length: GUESSES }, async (_, i) => {
        const answers = await exchange(service.endpoints.http, [asking('alice', `wrong-${i}`)], 1, 60_000);
        return answers.statuses[0];
      }),
    );
    assert.ok(
      statuses.every((status) => status === 401),
      statuses.join(),
    );
    const results = await told('denied', 'alice');
    assert.equal(results.length, GUESSES, 'each is told');
    const judged = results.filter((result) => result === 'wrong name or password').length;
    assert.ok(judged >= 1 && judged <= JUDGED, `${judged} were judged`);
  });

  test('21 down one connection, one behind the other', async () => {
    const pieces = Array.from({ length: GUESSES }, (_, i) => asking('bob', `wrong-${i}`, i < GUESSES - 1));
    const { statuses } = await exchange(service.endpoints.http, [Buffer.concat(pieces)], GUESSES, 60_000);
    assert.equal(statuses.length, GUESSES);
    assert.ok(statuses.every((status) => status === 401));
    const judged = (await told('denied', 'bob')).filter((result) => result === 'wrong name or password').length;
    assert.ok(judged >= 1 && judged <= JUDGED, `${judged} were judged`);
  });

  test('21 the right password on many connections is judged once, and all get in', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const answers = await exchange(service.endpoints.http, [asking('carol', 'Right-Passw0rd')], 1, 60_000);
        return answers.statuses[0];
      }),
    );
    assert.ok(
      statuses.every((status) => status === 200),
      statuses.join(),
    );
    assert.equal((await told('login', 'carol')).length, 1);
  });

  test('21 a flood of names that are nobody keeps nobody out', async () => {
    let left = 20;
    let entered: number | undefined;
    const flood = Array.from({ length: 20 }, async (_, i) => {
      await exchange(service.endpoints.http, [asking(`nobody-${i}`, 'guess')], 1, 60_000);
      left -= 1;
    });
    // Of another address than the flood.
    const answers = await exchange(service.endpoints.http, [asking('dave', 'Right-Passw0rd')], 1, 60_000, '127.0.0.2');
    entered = left;
    assert.deepEqual(answers.statuses, [200]);
    assert.ok(entered > 10, 'its turn came before most of the flood');
    await Promise.all(flood);
  });
});

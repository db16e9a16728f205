import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { buffer, text } from 'node:stream/consumers';
import {
  type Answer,
  ConnectionError,
  type Rest,
  RestClient,
  RestError,
  type RestEvent,
} from '../../src/client/index.ts';
import { messagesOf } from '../../src/client/rest/events.ts';
import { Service } from '../kit/service.ts';

describe('RestClient', () => {
  let service: Service;
  let client: RestClient;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    client = new RestClient({ url: service.endpoints.http, user: 'admin', password: service.password });
  });
  after(async () => {
    client.close();
    await service[Symbol.asyncDispose]();
  });

  const create = async (name: string): Promise<Rest.Vm> => {
    const answer = await client.call('createVm', { body: { name, disks: [{ kind: 'dvd' }] } });
    assert.equal(answer.status, 201);
    assert.ok(answer.status === 201);
    return answer.body;
  };

  test('a machine is made, started, looked at and deleted in the words of the document', async () => {
    const { id } = await create('typed');
    const started = await client.call('startVm', { params: { id } });
    assert.ok(started.status === 200);
    const state: Rest.Vm['state'] = started.body.state;
    assert.equal(state, 'running');
    // @ts-expect-error -- no state of the document
    assert.notEqual(started.body.state, 'broken' satisfies Rest.Vm['state']);
    await client.call('stopVm', { params: { id } });
    const { status, body } = await client.call('deleteVm', { params: { id } });
    assert.deepEqual([status, body], [204, null]);
    await assert.rejects(client.call('getVm', { params: { id } }), (error: RestError) => {
      assert.deepEqual([error.status, error.problem?.code], [404, 'not-found']);
      return true;
    });
  });

  test('what the document does not know does not compile, and is refused where it is sent all the same', async () => {
    // @ts-expect-error -- no such operation
    await assert.rejects(client.call('getMachine', { params: { id: 'x' } }), TypeError);
    // @ts-expect-error -- a machine has a name
    await assert.rejects(client.call('createVm', { body: {} }), RestError);
    // @ts-expect-error -- `id` is missing
    await assert.rejects(client.call('getVm'), TypeError);
    await assert.rejects(client.call('createVm', { body: { name: '' } }), (error: RestError) => {
      assert.deepEqual([error.status, error.problem?.errors.map(({ path }) => path)], [400, ['name']]);
      return true;
    });
  });

  test('a parameter never leads to another address', async () => {
    for (const device of ['', '.', '..'])
      await assert.rejects(client.call('removeVmDisk', { params: { id: 'x', device } }), TypeError);
    await assert.rejects(client.call('getVm', { params: { id: '../host?x=#' } }), { status: 404 });
  });

  test('members that are asked for come alone, and the types know no others', async () => {
    const { id } = await create('members');
    const one = await client.call('getVm', { params: { id }, fields: ['name', 'state'] });
    assert.ok(one.status === 200);
    assert.deepEqual(one.body, { name: 'members', state: 'off' });
    const name: string = one.body.name;
    assert.equal(name, 'members');
    // @ts-expect-error -- was not asked for
    assert.equal(one.body.memoryMb, undefined);
    // @ts-expect-error -- no member of a machine
    await assert.rejects(client.call('getVm', { params: { id }, fields: ['colour'] }), { status: 400 });
    // @ts-expect-error -- its answer has no members to choose from
    await assert.rejects(client.call('listFiles', { fields: ['name'] }), { status: 400 });
    const page = await client.call('listVms', { query: { limit: 1, q: 'members' }, fields: ['id'] });
    assert.ok(page.status === 200);
    assert.deepEqual([page.body.items, page.body.next], [[{ id }], null]);
    for await (const vm of client.items('listVms', { query: { limit: 1 }, fields: ['id', 'state'] })) {
      assert.deepEqual(Object.keys(vm), ['id', 'state']);
      // @ts-expect-error -- was not asked for
      assert.equal(vm.name, undefined);
    }
    const etag = (await client.call('getVm', { params: { id } })).etag;
    assert.notEqual(etag, null);
    const again = await client.call('getVm', { params: { id }, fields: ['id'], ifNoneMatch: etag ?? '' });
    assert.deepEqual([again.status, again.body], [304, null]);
    const begun = await client.call('startVm', { params: { id }, prefer: 'respond-async', fields: ['name'] });
    assert.ok(begun.status === 202, 'a job that is handed out is told whole');
    assert.match(begun.body.description, /Starting/);
    assert.equal((await client.finished(begun))?.state, 'completed');
    await client.call('stopVm', { params: { id }, fields: ['state'] });
    await client.call('deleteVm', { params: { id } });
  });

  test('a change with the tag that was seen, once; a tag that is known is answered without a body', async () => {
    const { id } = await create('tags');
    const seen = await client.call('getVmSettings', { params: { id } });
    assert.ok(seen.etag !== null);
    const change = (notes: string) =>
      client.call('changeVmSettings', { params: { id }, body: { notes }, ifMatch: seen.etag ?? '' });
    assert.equal((await change('one')).status, 200);
    await assert.rejects(change('two'), { status: 412 });
    const now = await client.call('getVmSettings', { params: { id } });
    assert.ok(now.status === 200 && now.etag !== null);
    assert.equal(now.body.notes, 'one');
    const again = await client.call('getVmSettings', { params: { id }, ifNoneMatch: now.etag });
    assert.deepEqual([again.status, again.body], [304, null]);
  });

  test('all pages of a list', async () => {
    for (let number = 0; number < 5; number++) await create(`page ${number}`);
    const names: string[] = [];
    for await (const vm of client.items('listVms', { query: { q: 'page', limit: 2 } })) names.push(vm.name);
    assert.deepEqual(names, ['page 0', 'page 1', 'page 2', 'page 3', 'page 4']);
    for await (const { kind } of client.items('listSwitches')) assert.equal(kind, 'nat');
  });

  test('long work is waited for as long as it takes, and its failure is told in the words of the job', async () => {
    const { id } = await create('long');
    const answer = await client.call('createCheckpoint', { params: { id }, body: {}, prefer: 'respond-async' });
    const job = await client.finished(answer);
    if (answer.status === 202) assert.equal(job?.state, 'completed');
    const { body } = await client.call('listVmCheckpoints', { params: { id } });
    assert.equal(body?.items.length, 1);
    assert.equal(await client.finished({ status: 200, body: null }), null);
    await assert.rejects(
      client.call('startVm', { params: { id } }).then(() => client.call('deleteVm', { params: { id } })),
      (error: RestError) => error.problem?.code === 'invalid-state',
    );
  });

  test('a job that failed is thrown with its words', async () => {
    const failed: Rest.Job = {
      id: '1',
      type: 70,
      description: 'Creating snapshot',
      state: 'failed',
      percent: 40,
      activity: null,
      cancellable: false,
      owner: 'admin',
      submittedAt: null,
      startedAt: null,
      elapsedSeconds: 1,
      error: { returnValue: 32768, message: 'There is no room: 5 GB needed, 1 GB free.', errors: [] },
    };
    await assert.rejects(client.finished({ status: 202, body: failed }), {
      message: /There is no room/,
      job: failed,
    });
  });

  test('files go both ways as bytes', async () => {
    const { body: roots } = await client.call('listFiles');
    const path = `${roots?.items[0]?.path}/bytes.raw`;
    const content = Buffer.from('bytes as they are');
    const sent = await client.call('uploadFile', { query: { path }, body: content });
    assert.equal(sent.body.sizeBytes, content.length);
    const got: Answer<'downloadFile'> = await client.call('downloadFile', { query: { path } });
    assert.deepEqual(await buffer(got.body ?? assert.fail()), content);
    const ifNoneMatch = got.etag ?? assert.fail();
    const again = await client.call('downloadFile', { query: { path }, ifNoneMatch });
    assert.deepEqual([again.status, again.body], [304, null]);
    assert.match(await text((await client.call('getMetrics')).body), /^vsms_/m);
  });

  test('wrong credentials, a token, and what is no host of ours', async () => {
    const stranger = new RestClient({ url: service.endpoints.http, user: 'admin', password: 'wrong' });
    await assert.rejects(stranger.call('getHost'), (error: ConnectionError) => error.status === 401);
    stranger.close();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await client.call('createToken', { body: { name: 'ci', role: 'viewer', expiresAt } });
    const viewer = new RestClient({ url: service.endpoints.http, token: body.token });
    assert.equal((await viewer.call('getSession')).body?.role, 'viewer');
    await assert.rejects(viewer.call('createVm', { body: { name: 'no' } }), { status: 403 });
    viewer.close();
    const nobody = new RestClient({ url: 'http://127.0.0.1:1', token: 'x' });
    await assert.rejects(nobody.call('getHost'), ConnectionError);
  });

  test('events come as they happen, and a stream that breaks off is taken up where it was', async () => {
    const stop = new AbortController();
    const events: RestEvent[] = [];
    const seen = (wanted: (event: RestEvent) => boolean) => async (): Promise<void> => {
      while (!events.some(wanted)) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const reading = (async () => {
      for await (const event of client.events({ only: ['vm'], signal: stop.signal })) events.push(event);
    })();
    await seen(({ kind }) => kind === 'hello')();
    const { id } = await create('told');
    await seen((event) => event.kind === 'vm' && event.id === id && event.change === 'created')();
    // All its connections break off.
    client.close();
    await seen((event) => event.kind === 'hello' && event.resumed)();
    await client.call('deleteVm', { params: { id } });
    await seen((event) => event.kind === 'vm' && event.id === id && event.vm === null)();
    stop.abort();
    await reading;
    assert.ok(events.every(({ kind }) => kind === 'hello' || kind === 'vm'));
  });

  test('the text of a stream may come in any pieces', async () => {
    const stream =
      'retry: 2000\n\nid: a-1\nevent: hello\ndata: {"a":\ndata: 1}\n\n: beat\n\ndata: x\r\n\r\ndata: unfinished';
    for (const size of [1, 2, 7, 1000]) {
      const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
        stream.slice(index * size, (index + 1) * size),
      );
      const messages: unknown[] = [];
      for await (const message of messagesOf(
        (async function* () {
          yield* pieces;
        })(),
      ))
        messages.push(message);
      assert.deepEqual(messages, [
        { id: 'a-1', data: '{"a":\n1}' },
        { id: null, data: 'x' },
      ]);
    }
  });
});

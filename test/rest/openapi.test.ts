import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import { Service } from '../kit/service.ts';
import { Rest } from './kit.ts';

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly parameters?: readonly { readonly $ref?: string }[];
}

describe('/openapi.json', () => {
  let service: Service;
  let rest: Rest;
  // oxlint-disable-next-line typescript/no-explicit-any -- the document is looked into here and there
  let document: any;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    document = (await rest.expect(200, '//openapi.json')).body;
  });
  after(() => service[Symbol.asyncDispose]());

  const each = (visit: (path: string, verb: string, operation: Operation) => void): void => {
    for (const [path, verbs] of Object.entries(document.paths as Record<string, Record<string, Operation>>))
      for (const [verb, operation] of Object.entries(verbs)) visit(path, verb.toUpperCase(), operation);
  };

  test('a validator of others finds nothing wrong', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(document);
    assert.deepEqual([valid, errors], [true, undefined]);
    assert.equal(validator.version, '3.1');
  });

  test('every reference leads somewhere, every operation has a name of its own and an answer for what goes wrong', () => {
    const ids: string[] = [];
    each((path, _verb, operation) => {
      ids.push(operation.operationId);
      assert.ok('default' in operation.responses, path);
    });
    assert.equal(new Set(ids).size, ids.length);
    for (const [, pointer = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]*)"/g)) {
      let value = document;
      for (const name of pointer.split('/')) value = value?.[name];
      assert.ok(value !== undefined, pointer);
    }
  });

  test('the index: what can be read as it is, and where all is described', async () => {
    const { body, headers } = await rest.expect(200, '');
    assert.equal(headers.get('link'), '</openapi.json>; rel="service-desc"');
    assert.deepEqual([body.openApi, body.version], ['/openapi.json', document.info.version]);
    const hrefs = body.resources.map(({ href }: { href: string }) => href);
    for (const name of ['vms', 'jobs', 'switches', 'plans', 'host', 'users', 'session'])
      assert.ok(hrefs.includes(`/api/v1/${name}`), name);
    for (const { id, href, summary } of body.resources) {
      const operation = document.paths[href].get;
      assert.deepEqual([operation.operationId, operation.summary], [id, summary]);
      await rest.expect(200, href.replace('/api/v1', ''));
    }
    assert.equal((await rest.ask('', { as: null })).status, 401);
  });

  test('what the document says is served: no route of it answers 404 for want of a route', async () => {
    const wanted: [string, string][] = [];
    each((path, verb) => wanted.push([path, verb]));
    for (const [path, verb] of wanted) {
      const url = path.replaceAll(/\{\w+\}/g, '00000000-0000-0000-0000-000000000001');
      if (url.endsWith('/events')) continue;
      const { body } = await rest.ask(
        url.replace(/^\/api\/v1/, '').replace(/^\/(?=openapi|healthz|readyz|metrics)/, '//'),
        { method: verb },
      );
      assert.ok(!/no such route/.test(body?.detail ?? ''), `${verb} ${path}`);
    }
  });

  test('RFC 9110 §9.3.2: HEAD of every GET answers as GET does, without a body', async () => {
    const { body: vm } = await rest.post(201, '/vms', { name: 'head' });
    const seen: number[] = [];
    const paths: string[] = [];
    each((path, verb) => {
      if (verb === 'GET') paths.push(path.replaceAll(/\{\w+\}/g, vm.id));
    });
    for (const path of paths) {
      const ask = async (method: string) => {
        const stop = new AbortController();
        const authorization = `Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}`;
        const answer = await fetch(`${rest.base}${path}`, { method, headers: { authorization }, signal: stop.signal });
        if (method === 'HEAD') assert.equal(await answer.text(), '', path);
        stop.abort();
        const { headers: told, status } = answer;
        // What is told may be another thing by now (load, times), and how the connection goes on is the client's affair.
        const passing = ['date', 'x-request-id', 'etag', 'content-length'];
        const left = new Set([...passing, 'connection', 'keep-alive', 'transfer-encoding']);
        const lasting = [...told].filter(([name]) => !left.has(name));
        return { status, passing: passing.filter((name) => told.has(name)), lasting };
      };
      const head = await ask('HEAD');
      assert.notEqual(head.status, 405, path);
      assert.deepEqual(head, await ask('GET'), path);
      const { status } = head;
      seen.push(status);
    }
    assert.ok(seen.filter((status) => status === 200).length > 20, seen.join(' '));
    await rest.expect(204, `/vms/${vm.id}`, { method: 'DELETE' });
  });

  test('304 is told of every answer that has an ETag', async () => {
    each((path, verb, { responses, parameters = [] }) => {
      const known = parameters.some((each) => each.$ref === '#/components/parameters/ifNoneMatch');
      assert.equal('304' in responses, known, `${verb} ${path}`);
    });
    const { get } = document.paths['/api/v1/files/content'];
    assert.ok('304' in get.responses);
  });

  test('a resource is what its schema says', async () => {
    const { body: vm } = await rest.post(201, '/vms', { name: 'shape', nics: [{}], disks: [{ kind: 'dvd' }] });
    const named = (name: string) => Object.keys(document.components.schemas[name].properties).toSorted();
    assert.deepEqual(Object.keys(vm).toSorted(), named('Vm'));
    const { body: devices } = await rest.expect(200, `/vms/${vm.id}/devices`);
    assert.deepEqual(Object.keys(devices).toSorted(), named('Devices'));
    assert.deepEqual(Object.keys(devices.disks[0]).toSorted(), named('Disk'));
    assert.deepEqual(Object.keys(devices.nics[0]).toSorted(), named('Nic'));
    const { body: settings } = await rest.expect(200, `/vms/${vm.id}/settings`);
    assert.deepEqual(Object.keys(settings).toSorted(), named('Settings'));
    assert.deepEqual(Object.keys((await rest.expect(200, '/host')).body).toSorted(), named('Host'));
  });

  test('noise on every route is refused with a code and is never a defect', async () => {
    const routes: [string, string][] = [];
    each((path, verb) => {
      // Streams have no end, and a log-in that fails is slowed down.
      if (!path.endsWith('/events') && !path.endsWith('/session') && !path.endsWith('/password'))
        routes.push([path, verb]);
    });
    const noise = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom('..', '%00', 'a'.repeat(3000), '-1', '1e99', 'null', "' OR 1=1", '\u202e', '{"$ref":1}'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        noise,
        fc.dictionary(noise, noise, { maxKeys: 3 }),
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom('application/json', 'text/plain', 'application/merge-patch+json'),
        async ([path, verb], id, query, json, type) => {
          const url = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(id).replaceAll(/^\.+$/g, '%2e') || 'x');
          const answer = await fetch(`${rest.base}${url}?${new URLSearchParams(query)}`, {
            method: verb,
            headers: {
              authorization: `Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}`,
              ...(verb === 'GET' ? {} : { 'content-type': type }),
            },
            ...(verb === 'GET' ? {} : { body: JSON.stringify(json) ?? '' }),
          });
          const text = await answer.text();
          if (answer.status < 400) return;
          const problem = JSON.parse(text) as { code: string; status: number };
          assert.equal(problem.status, answer.status);
          assert.notEqual(problem.code, 'internal', `${verb} ${url}: ${text}`);
        },
      ),
      { numRuns: 600 },
    );
    assert.doesNotMatch(service.output, /request failed/);
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { INTERRUPTED } from '../../src/cli/interrupt.ts';
import { Service } from '../kit/service.ts';
import { vsmsHere } from './in-process.ts';

/** The service, and a host between it and us that has us interrupted when a machine or a plan has been defined or imported. */
const interrupting = async (service: Service, refused = /^$/) => {
  // Between the two, so that the interrupt comes while the machine is being made and not before or after.
  const between = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      if (refused.test(body.toString())) return response.writeHead(503).end();
      const headers = {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? '',
      };
      const answer = await fetch(`${service.endpoints.http}${request.url}`, { method: 'POST', headers, body });
      const text = await answer.text();
      if (/\/(?:Define(?:Planned)?System|ImportSystemDefinition)</.test(body.toString()))
        process.emit('SIGINT', 'SIGINT');
      return response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
    })();
  });
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  const VSMS_HOST = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
  return {
    environment: { VSMS_HOST, VSMS_PASSWORD: service.password },
    [Symbol.asyncDispose]: async () => void between.close(),
  };
};

test('vm create that is interrupted leaves no half-made machine, and a dry run of it no plan', async () => {
  await using service = await Service.start({ hypervisor: 'simulated' });
  await using host = await interrupting(service);
  const { environment } = host;
  const { code, said } = await vsmsHere(environment, ['vm', 'create', 'web']);
  assert.deepEqual([code, said], [INTERRUPTED, 'vsms: cancelled.']);
  assert.equal((await vsmsHere(environment, ['vm', 'list', '-o', 'name'])).said, '');
  const dry = await vsmsHere(environment, ['vm', 'create', 'web', '--dry-run']);
  // What it throws after it has told is not told by main.
  assert.equal(dry.said, 'vsms: cancelled.\ncancelled');
  assert.equal((await vsmsHere(environment, ['plan', 'list', '-o', 'name'])).said, '');
});

test('vm clone that is interrupted when its copy is imported leaves no plan, and tells of the copy', async () => {
  await using service = await Service.start({ hypervisor: 'simulated' });
  await using host = await interrupting(service);
  const alone = { VSMS_HOST: service.endpoints.http, VSMS_PASSWORD: service.password };
  assert.equal((await vsmsHere(alone, ['vm', 'create', 'web'])).code, 0);
  const { code, said } = await vsmsHere(host.environment, ['vm', 'clone', 'web', 'other']);
  assert.equal(code, INTERRUPTED);
  assert.match(said, /other was made, and is kept\.\nvsms: cancelled\.$/);
  assert.equal((await vsmsHere(alone, ['plan', 'list', '-o', 'name'])).said, '');
  assert.equal((await vsmsHere(alone, ['vm', 'list', '-o', 'name'])).said, 'web');
});

test('vm create tells of a machine that it could not take back', async () => {
  await using service = await Service.start({ hypervisor: 'simulated' });
  await using host = await interrupting(service, /\/DestroySystem</);
  const { code, said } = await vsmsHere(host.environment, ['vm', 'create', 'web']);
  assert.equal(code, INTERRUPTED);
  assert.match(
    said,
    /^vsms: web \([0-9A-F-]{36}\) is not whole, and could not be removed: .* HTTP 503\.\nvsms: cancelled\.$/,
  );
});

test('vm create has the --timeout of commands that wait for jobs', async () => {
  const { code, said } = await vsmsHere({ VSMS_HOST: 'http://127.0.0.1:1', VSMS_PASSWORD: 'x' }, [
    ...['vm', 'create', 'web', '--timeout', 'never'],
  ]);
  assert.deepEqual([code, said], [2, '--timeout is a whole number of seconds.']);
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { restHost } from '../../src/client/rest/host.ts';
import { wsmanHost } from '../../src/client/wsman-host.ts';
import { Service } from '../kit/service.ts';
import { Rest } from './kit.ts';

test('a bridge that the host had already is a switch that was found, by both protocols', async () => {
  await using service = await Service.start({
    hypervisor: 'simulated',
    program: join(import.meta.dirname, 'bridged-service.ts'),
  });
  const rest = new Rest(service);
  const { id } = (await rest.expect(200, '/switches')).body.items.find(({ name }: { name: string }) => name === 'br0');
  const { kind, portId, host } = (await rest.expect(200, `/switches/${id}`)).body;
  assert.deepEqual([kind, portId, host], ['found', null, false]);
  const at = { url: service.endpoints.http, user: 'admin', password: service.password };
  const expected = { id, name: 'br0', kind: 'found', adapter: null, host: false, notes: '' };
  for (const way of [restHost(at), wsmanHost(service.client())]) {
    assert.deepEqual(await way.switches.find('br0'), expected);
    way.close();
  }
});

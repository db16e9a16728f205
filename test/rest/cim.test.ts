import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { Rest } from './kit.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' };

describe('any class over REST', () => {
  let service: Service;
  let rest: Rest;
  let id: string;
  let path: string;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    id = (await rest.post(201, '/vms', { name: 'über "web"' })).body.id;
  });
  after(() => service[Symbol.asyncDispose]());

  test('get: by class and keys, a subset of them, or the path that was told', async () => {
    const { body } = await rest.post(200, '/cim/get', { className: 'msvm_computersystem', keys: { name: id } });
    path = body.path;
    assert.match(path, /^\\\\[^\\]+\\root\\virtualization\\v2:Msvm_ComputerSystem\.CreationClassName=/);
    assert.equal(body.properties.ElementName, 'über "web"');
    assert.equal(body.properties.EnabledState, 3);
    assert.match(body.properties.InstallDate, /^\d{14}\.\d{6}[+-]\d{3}$/);
    assert.deepEqual((await rest.post(200, '/cim/get', { path })).body, body);
    const { body: memory } = await rest.post(200, '/cim/query', {
      query: `SELECT VirtualQuantity, Limit FROM Msvm_MemorySettingData WHERE InstanceID LIKE 'Microsoft:${id}%'`,
    });
    assert.deepEqual(
      [memory.items[0].properties, memory.truncated],
      [{ VirtualQuantity: 1024, Limit: 1048576 }, false],
      'only what the query names',
    );
  });

  test('enumerate and query: other namespaces, associations, and the most that one answer has', async () => {
    const { body: all } = await rest.post(200, '/cim/enumerate', { className: 'Msvm_ComputerSystem' });
    assert.equal(all.items.length, 2);
    const { body: one } = await rest.post(200, '/cim/enumerate', { className: 'Msvm_ComputerSystem', limit: 1 });
    assert.deepEqual([one.items.length, one.truncated], [1, true]);
    const { body: old } = await rest.post(200, '/cim/query', {
      namespace: 'root/virtualization',
      query: `SELECT * FROM Msvm_ComputerSystem WHERE Name='${id}'`,
    });
    assert.match(old.items[0].path, /\\root\\virtualization:Msvm_ComputerSystem/);
    const { body: near } = await rest.post(200, '/cim/query', {
      query: `ASSOCIATORS OF {${path}} WHERE ResultClass=Msvm_VirtualSystemSettingData`,
    });
    assert.equal(near.items[0].properties.VirtualSystemIdentifier, id);
    const { body: host } = await rest.post(200, '/cim/enumerate', {
      namespace: 'root/cimv2',
      className: 'Win32_ComputerSystem',
    });
    assert.equal(host.items.length, 1);
  });

  test('invoke: a method with settings as objects, its out parameters, the job it started', async () => {
    const { body: defined } = await rest.post(200, '/cim/invoke', {
      ...SERVICE,
      method: 'DefineSystem',
      arguments: {
        SystemSettings: {
          className: 'Msvm_VirtualSystemSettingData',
          properties: {
            ElementName: 'by CIM <&>',
            VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
            Notes: ['a', 'b'],
          },
        },
        ResourceSettings: [
          { className: 'Msvm_ProcessorSettingData', properties: { ResourceType: 3, VirtualQuantity: '3' } },
        ],
      },
    });
    assert.equal(defined.returnValue, 0);
    const made = /Name="([0-9A-F-]{36})"/.exec(defined.out.ResultingSystem)?.[1];
    const { body: settings } = await rest.expect(200, `/vms/${made}/settings`);
    assert.deepEqual([settings.name, settings.processors.count], ['by CIM <&>', 3]);
    const target = { path: defined.out.ResultingSystem, method: 'RequestStateChange' };
    const { body: started } = await rest.post(200, '/cim/invoke', { ...target, arguments: { RequestedState: 2 } });
    assert.deepEqual([started.returnValue, started.job.state], [4096, 'completed']);
    assert.equal((await rest.expect(200, `/vms/${made}`)).body.state, 'running');
    const { body: old } = await rest.post(200, '/cim/invoke', {
      namespace: 'root\\virtualization',
      className: 'Msvm_ComputerSystem',
      keys: { Name: made },
      method: 'RequestStateChange',
      arguments: { RequestedState: 3 },
    });
    assert.equal(old.job.state, 'completed', 'a job of the older namespace is waited for too');
    const later = await rest.expect(202, '/cim/invoke', {
      method: 'POST',
      body: { ...target, arguments: { RequestedState: 2 } },
      headers: { prefer: 'respond-async' },
    });
    assert.match(later.headers.get('location') ?? '', /^\/api\/v1\/jobs\//);
  });

  test('invoke: a job of whatever class and namespace is waited for, or told as it is when nobody waits', async () => {
    const folder = service.dataDirectory;
    const create = (name: string, more: Readonly<Record<string, unknown>>) =>
      rest.post(200, '/cim/invoke', {
        className: 'Msvm_ImageManagementService',
        method: 'CreateVirtualHardDisk',
        arguments: {
          VirtualDiskSettingData: {
            className: 'Msvm_VirtualHardDiskSettingData',
            properties: { Path: join(folder, name), Type: 3, Format: 3, MaxInternalSize: 8 << 20 },
          },
        },
        ...more,
      });
    const { body: made } = await create('a.vhdx', {});
    assert.deepEqual([made.returnValue, made.job.state], [4096, 'completed']);
    const { body: old } = await rest.post(200, '/cim/invoke', {
      namespace: 'root\\virtualization',
      className: 'Msvm_ImageManagementService',
      method: 'CreateDynamicVirtualHardDisk',
      arguments: { Path: join(folder, 'old.vhd'), MaxInternalSize: 8 << 20 },
    });
    assert.deepEqual([old.returnValue, old.job.state], [4096, 'completed']);
    const { body: begun } = await create('b.vhdx', { wait: false, typed: true });
    assert.equal(begun.returnValue, 4096);
    assert.equal(begun.types.Job, 'reference');
    const { namespace, className, keys } = begun.out.Job;
    assert.equal(keys.InstanceID, begun.job.id);
    await rest.expect(200, `/jobs/${begun.job.id}?wait=60`);
    const { body: ended } = await rest.post(200, '/cim/get', { namespace, className, keys, typed: true });
    assert.deepEqual([ended.properties.JobState, ended.types.JobState, ended.keys], [7, 'uint16', keys]);
  });

  test('typed: types, keys, datetimes of ISO 8601, references as objects, bytes as base64', async () => {
    const { body: system } = await rest.post(200, '/cim/get', { path, typed: true });
    assert.deepEqual(system.keys, { CreationClassName: 'Msvm_ComputerSystem', Name: id });
    assert.equal(system.types.OperationalStatus, 'uint16[]');
    assert.equal(system.types.TimeOfLastStateChange, 'datetime');
    assert.match(system.properties.TimeOfLastStateChange, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const { body: found } = await rest.post(200, '/cim/query', {
      query: `SELECT ManagedElement FROM Msvm_SettingsDefineState WHERE ManagedElement = '${path}'`,
      typed: true,
    });
    const [{ properties, types }] = found.items;
    assert.equal(types.ManagedElement, 'reference');
    assert.deepEqual(
      [properties.ManagedElement.namespace, properties.ManagedElement.className, properties.ManagedElement.keys.Name],
      ['root\\virtualization\\v2', 'Msvm_ComputerSystem', id],
    );
    await rest.post(200, `/vms/${id}/start`, {});
    const { body: picture } = await rest.post(200, '/cim/invoke', {
      ...SERVICE,
      method: 'GetVirtualSystemThumbnailImage',
      arguments: { TargetSystem: path, WidthPixels: 8, HeightPixels: 4 },
      typed: true,
    });
    await rest.post(200, `/vms/${id}/stop`, {});
    assert.equal(picture.types.ImageData, 'uint8[]');
    assert.equal(Buffer.from(picture.out.ImageData, 'base64').length, 8 * 4 * 2);
  });

  test('what cannot be is refused with its code and a sentence, and changes nothing', async () => {
    for (const [route, body, status, code] of [
      ['get', { className: 'Msvm_Nothing' }, 404, 'not-found'],
      ['get', { className: 'Msvm_ComputerSystem', keys: { Name: 'nobody' } }, 404, 'not-found'],
      ['get', { className: 'Msvm_ComputerSystem', keys: { Nmae: id } }, 400, 'invalid-parameter'],
      ['get', { path: 'no path at all' }, 400, 'invalid-parameter'],
      ['get', {}, 400, 'invalid-parameter'],
      ['get', { ...SERVICE, namespace: 'root\\nowhere' }, 404, 'not-found'],
      ['enumerate', { className: 'Msvm_Nothing' }, 404, 'not-found'],
      ['enumerate', { className: 'CIM_ComputerSystem', limit: 0 }, 400, 'invalid-request'],
      ['enumerate', { className: 'CIM_ComputerSystem', namespace: 'root\\nowhere' }, 404, 'not-found'],
      ['query', { query: 'SELECT * FROM CIM_ComputerSystem', namespace: 'root\\nowhere' }, 404, 'not-found'],
      ['query', { query: 'SELECT * FROM Msvm_Nothing' }, 400, 'invalid-parameter'],
      ['invoke', { className: 'Msvm_Nothing', method: 'Do' }, 404, 'not-found'],
      ['query', { query: 'SELECT * FORM x' }, 400, 'invalid-parameter'],
      ['query', { query: '' }, 400, 'invalid-request'],
      ['invoke', { ...SERVICE, method: 'Nothing' }, 400, 'invalid-parameter'],
      ['invoke', { ...SERVICE, method: 'DefineSystem', arguments: { Other: 1 } }, 400, 'invalid-parameter'],
      ['invoke', { path, method: 'RequestStateChange', arguments: { RequestedState: 'soon' } }, 400, 'wrong-type'],
      ['invoke', { path, method: 'RequestStateChange', arguments: { RequestedState: 9 } }, 409, 'invalid-state'],
      [
        'invoke',
        {
          ...SERVICE,
          method: 'DefineSystem',
          arguments: { SystemSettings: { className: 'Msvm_VirtualSystemSettingData', properties: { Nmae: 'x' } } },
        },
        400,
        'invalid-parameter',
      ],
    ] as const) {
      const { body: problem } = await rest.post(status, `/cim/${route}`, body);
      assert.equal(problem.code, code, `${route} ${JSON.stringify(body)}: ${problem.detail}`);
      assert.match(problem.detail, /\w+ \w+/);
    }
    assert.equal((await rest.expect(200, '/vms')).body.items.length, 2);
  });
});

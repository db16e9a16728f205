import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadRepository } from '../../src/cim/repository/load.ts';

const run = promisify(execFile);

describe('generated files', () => {
  test('schema.json and the types of each namespace are current with the MOF files', async () => {
    const script = fileURLToPath(new URL('../../script/compile-schema.ts', import.meta.url));
    const { stdout, stderr } = await run(process.execPath, [script, '--check']);
    assert.equal(`${stdout}${stderr}`, '');
  });

  test('the types of REST for programs are current with the table of routes', async () => {
    const script = fileURLToPath(new URL('../../script/rest-types.ts', import.meta.url));
    const { stdout, stderr } = await run(process.execPath, [script, '--check']);
    assert.equal(`${stdout}${stderr}`, '');
  });
});

describe('K22 schema corrections', () => {
  const repository = loadRepository();
  const v1 = repository.namespace('root/virtualization');
  const v2 = repository.namespace('root/virtualization/v2');

  test('v1 RemoveVirtualSystemResources takes TargetSystem', () => {
    const method = v1?.class('Msvm_VirtualSystemManagementService')?.method('RemoveVirtualSystemResources');
    assert.deepEqual(
      method?.parameters.map(({ name, direction, ref, array }) => [name, direction, ref, array]),
      [
        ['TargetSystem', 'in', 'CIM_ComputerSystem', false],
        ['ResourceSettingData', 'in', 'CIM_ResourceAllocationSettingData', true],
        ['Job', 'out', 'CIM_ConcreteJob', false],
      ],
    );
  });

  test('ApplySnapshot takes Snapshot', () => {
    const method = v2?.class('Msvm_VirtualSystemSnapshotService')?.method('ApplySnapshot');
    assert.deepEqual(
      method?.parameters.map(({ name }) => name),
      ['Snapshot', 'Job'],
    );
  });

  test('the v2 management service has 45 methods', () => {
    assert.equal(v2?.class('Msvm_VirtualSystemManagementService')?.methods.length, 45);
  });

  for (const name of [
    'Msvm_VirtualSystemSnapshotServiceSettingData',
    'Msvm_VirtualSystemSnapshotServiceCapabilities',
    'Msvm_MetricDefinition',
  ]) {
    test(`${name} does not exist`, () => {
      for (const namespace of repository.namespaces) assert.equal(namespace.class(name), undefined);
    });
  }

  test('CIM_BaseMetricDefinition does', () => {
    assert.ok(v2?.class('CIM_BaseMetricDefinition') !== undefined);
  });
});

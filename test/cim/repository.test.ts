import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadRepository } from '../../src/cim/repository/load.ts';
import type { SchemaNamespace } from '../../src/cim/schema.ts';

const repository = loadRepository();

const namespace = (name: string): SchemaNamespace => {
  const found = repository.namespace(name);
  assert.ok(found !== undefined, name);
  return found;
};

describe('look-up', () => {
  for (const spelling of [
    'root\\virtualization\\v2',
    'root/virtualization/v2',
    'ROOT\\VIRTUALIZATION\\V2',
    'Root/Virtualization\\V2',
    '\\root\\virtualization\\v2\\',
  ]) {
    test(`namespace ${spelling}`, () => {
      assert.equal(namespace(spelling).name, 'root\\virtualization\\v2');
    });
  }

  test('an unknown namespace or class is undefined, not an error', () => {
    for (const name of ['', 'root', 'root/virtualization/v3', '__proto__', 'constructor']) {
      assert.equal(repository.namespace(name), undefined, name);
      assert.equal(namespace('root/cimv2').class(name), undefined, name);
      assert.deepEqual(namespace('root/cimv2').family(name), []);
      assert.deepEqual(namespace('root/cimv2').subclasses(name), []);
    }
  });

  test('classes, properties and methods in any case, in repository spelling', () => {
    const found = namespace('root/virtualization/v2').class('MSVM_computersystem');
    assert.equal(found?.name, 'Msvm_ComputerSystem');
    assert.equal(found.property('ENABLEDSTATE')?.name, 'EnabledState');
    assert.equal(found.method('requeststatechange')?.name, 'RequestStateChange');
    assert.equal(found.property('constructor'), undefined);
    assert.equal(found.method('__proto__'), undefined);
  });

  test('the same class is one object, whatever the spelling', () => {
    const v2 = namespace('root/virtualization/v2');
    assert.equal(v2.class('msvm_computersystem'), v2.class('Msvm_ComputerSystem'));
    assert.equal(v2.class('Msvm_ComputerSystem')?.superclass, v2.class('CIM_ComputerSystem'));
  });

  test('namespaces keep their own classes of one name', () => {
    const [v1, v2] = ['root/virtualization', 'root/virtualization/v2'].map((name) =>
      namespace(name).class('Msvm_VirtualSystemManagementService'),
    );
    assert.ok(v1?.method('DefineVirtualSystem') !== undefined && v1.method('DefineSystem') === undefined);
    assert.ok(v2?.method('DefineSystem') !== undefined && v2.method('DefineVirtualSystem') === undefined);
  });

  test('system classes are in every namespace', () => {
    for (const one of repository.namespaces) {
      for (const name of ['__Namespace', '__InstanceModificationEvent', '__ExtendedStatus', '__thisNAMESPACE']) {
        const found = one.class(name);
        assert.ok(found?.system === true && found.namespace === one.name, `${one.name}: ${name}`);
      }
    }
  });
});

describe('families', () => {
  const v2 = namespace('root/virtualization/v2');

  test('subclasses are the direct ones', () => {
    assert.deepEqual(
      v2
        .subclasses('cim_computersystem')
        .map(({ name }) => name)
        .toSorted(),
      [
        'Msvm_ComputerSystem',
        'Msvm_PartitionableGpu',
        'Msvm_PlannedComputerSystem',
        'Msvm_VirtualEthernetSwitch',
        'Msvm_VirtualFcSwitch',
      ],
    );
  });

  test('a family is the class and all its descendants, each once', () => {
    const family = v2.family('CIM_ManagedElement');
    assert.equal(family[0]?.name, 'CIM_ManagedElement');
    assert.equal(new Set(family).size, family.length);
    const derived = [...v2.classNames()].filter((name) => v2.class(name)?.isA('CIM_ManagedElement'));
    assert.deepEqual(family.map(({ name }) => name).toSorted(), derived.toSorted());
    assert.ok(family.length > 250);
  });

  test('a leaf is its own family', () => {
    assert.deepEqual(
      v2.family('msvm_ComputerSystem').map(({ name }) => name),
      ['Msvm_ComputerSystem'],
    );
  });

  test('isA and derivation go from the class to the root', () => {
    const job = v2.class('Msvm_StorageJob');
    assert.deepEqual(job?.derivation, [
      'CIM_ConcreteJob',
      'CIM_Job',
      'CIM_LogicalElement',
      'CIM_ManagedSystemElement',
      'CIM_ManagedElement',
    ]);
    assert.ok(job.isA('msvm_storagejob') && job.isA('CIM_JOB') && !job.isA('Msvm_ConcreteJob'));
  });
});

describe('members', () => {
  const v2 = namespace('root/virtualization/v2');

  test('a restated property stands where it is introduced and has the restated default', () => {
    const found = v2.class('Msvm_VirtualSystemManagementService')?.property('Name');
    assert.equal(found?.default, 'vmms');
    assert.equal(found.key, true);
    assert.equal(found.origin, 'CIM_ManagedSystemElement');
  });

  test('sorted properties are all properties, in the order of wire output', () => {
    const found = v2.class('Msvm_ComputerSystem');
    const names = found?.sortedProperties.map(({ name }) => name.toLowerCase()) ?? [];
    assert.deepEqual(names, names.toSorted());
    assert.equal(names.length, found?.properties.length);
  });

  test('64-bit defaults are exact', () => {
    assert.equal(v2.class('Msvm_DiskDrive')?.property('MaxUnitsBeforeCleaning')?.default, 18_446_744_073_709_551_615n);
  });

  test('an override silent about the array mark keeps the array', () => {
    assert.equal(namespace('root/cimv2').class('Win32_DiskDrive')?.property('Capabilities')?.array, true);
  });

  test('a method marked unsupported keeps the inherited signature', () => {
    const found = v2.class('Msvm_ConcreteJob')?.method('KillJob');
    assert.equal(found?.unsupported, true);
    assert.deepEqual(
      found.parameters.map(({ name }) => name),
      ['DeleteOnKill'],
    );
    assert.equal(v2.class('CIM_ConcreteJob')?.method('KillJob')?.unsupported, false);
  });

  test('references into another namespace say so', () => {
    const found = v2.class('Msvm_ElementConformsToProfile')?.property('ConformantStandard');
    assert.deepEqual([found?.ref, found?.targetNamespace], ['Msvm_RegisteredProfile', 'root\\interop']);
  });
});

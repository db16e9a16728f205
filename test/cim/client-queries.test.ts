import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Broker, createBroker } from '../../src/cim/broker/broker.ts';
import { CimInstance } from '../../src/cim/instance.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import { pathKey, samePath } from '../../src/cim/path/compare-paths.ts';
import { formatPath } from '../../src/cim/path/format-path.ts';
import type { AssociationProvider, InstanceProvider } from '../../src/cim/provider.ts';
import { loadRepository } from '../../src/cim/repository/load.ts';
import type { CimClass } from '../../src/cim/schema.ts';
import type { CimValues } from '../../src/cim/values.ts';
import { contextOf } from '../kit/cim-world.ts';

/** the query shapes of real clients (client-usage §8, embedded-instances §7) against the real schema. */
const V2 = 'root\\virtualization\\v2';
const CIMV2 = 'root\\cimv2';
const VM = '4764334D-E001-4176-82EE-5594EC9B530E';
const repository = loadRepository();

const classOf = (name: string, namespace = V2): CimClass => {
  const found = repository.namespace(namespace)?.class(name);
  assert.ok(found !== undefined, name);
  return found;
};
const make = (name: string, values: CimValues, namespace = V2): CimInstance =>
  new CimInstance(classOf(name, namespace), values);

const CONTROLLER = make('Msvm_ResourceAllocationSettingData', {
  InstanceID: `Microsoft:${VM}\\83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\0`,
  ResourceSubType: 'Microsoft:Hyper-V:Emulated IDE Controller',
  ResourceType: 5,
});
const CONTROLLER_PATH = formatPath(CONTROLLER.path() as ObjectPath, { host: 'HOST1', namespace: V2 });
const DRIVE = make('Msvm_ResourceAllocationSettingData', {
  InstanceID: `Microsoft:${VM}\\83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\0\\0\\D`,
  ResourceSubType: 'Microsoft:Hyper-V:Synthetic Disk Drive',
  ResourceType: 17,
  Parent: CONTROLLER_PATH,
  ElementName: 'SERIAL7',
});
const TEMPLATE = make('Msvm_MemorySettingData', {
  InstanceID: 'Microsoft:Definition\\4764334E\\Default',
  ResourceSubType: 'Microsoft:Hyper-V:Memory',
});
const SYSTEM = make('Msvm_ComputerSystem', {
  CreationClassName: 'Msvm_ComputerSystem',
  Name: VM,
  ElementName: 'web',
  Description: 'Microsoft Virtual Machine',
  EnabledState: 2,
});
const HOST = make('Msvm_ComputerSystem', {
  CreationClassName: 'Msvm_ComputerSystem',
  Name: 'HOST1',
  ElementName: 'HOST1',
  Description: 'Microsoft Hosting Computer System',
  EnabledState: 2,
});
const SETTINGS = make('Msvm_VirtualSystemSettingData', {
  InstanceID: `Microsoft:${VM}`,
  VirtualSystemIdentifier: VM,
  ConfigurationID: VM,
  VirtualSystemType: 'Microsoft:Hyper-V:System:Realized',
  ElementName: 'web',
});
const JOB = make('Msvm_ConcreteJob', { InstanceID: 'B4A5', Name: 'job-7', JobType: 4 });
const POOL = make('Msvm_ResourcePool', { InstanceID: 'Microsoft:P', ResourceType: 31, Primordial: true, PoolID: '' });
const SERVICE = make('Win32_Service', { Name: 'vmms', State: 'Running' }, CIMV2);
const STATE = make('Msvm_SettingsDefineState', { ManagedElement: SYSTEM.path(), SettingData: SETTINGS.path() });
const COMPONENTS = [CONTROLLER, DRIVE].map((part) =>
  make('Msvm_VirtualSystemSettingDataComponent', { GroupComponent: SETTINGS.path(), PartComponent: part.path() }),
);

function providerOf(instances: readonly CimInstance[]): InstanceProvider | AssociationProvider {
  const cimClass = (instances[0] as CimInstance).class;
  const provider: InstanceProvider = {
    namespace: cimClass.namespace,
    className: cimClass.name,
    enumerate: () => instances,
    get: (_context, path) => instances.find((i) => pathKey(i.path() as ObjectPath) === pathKey(path)),
  };
  if (!cimClass.association) return provider;
  const referencing: AssociationProvider['referencing'] = (_context, source, _class, role) =>
    instances.filter((i) => samePath(i.get(role) as ObjectPath, source));
  return { ...provider, referencing };
}

let broker: Broker;
before(() => {
  broker = createBroker({
    repository,
    hostName: 'HOST1',
    pathProperties: ['Parent', 'HostResource', 'Connection', 'BootSourceOrder'],
  });
  for (const group of [
    [CONTROLLER, DRIVE],
    [TEMPLATE],
    [SYSTEM, HOST],
    [SETTINGS],
    [JOB],
    [POOL],
    [SERVICE],
    [STATE],
    COMPONENTS,
  ]) {
    broker.register(providerOf(group));
  }
});

const run = async (query: string, namespace = V2): Promise<readonly CimInstance[]> => {
  const result = await broker.execute<'execQuery'>(contextOf(), {
    kind: 'execQuery',
    namespace,
    language: 'WQL',
    query,
  });
  assert.ok('items' in result);
  return [...(result.items as Iterable<CimInstance>)];
};

const rows: readonly (readonly [string, string, readonly CimInstance[]])[] = [
  [
    'os-win',
    `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE (ResourceSubType='Microsoft:Hyper-V:Physical Disk Drive' OR ResourceSubType='Microsoft:Hyper-V:Synthetic Disk Drive' OR ResourceSubType='x') AND Parent = '${CONTROLLER_PATH}'`,
    [DRIVE],
  ],
  [
    'os-win',
    `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE (ResourceSubType='x' OR ResourceSubType='Microsoft:Hyper-V:Synthetic Disk Drive') AND ElementName='SERIAL7'`,
    [DRIVE],
  ],
  ['os-win', `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE __PATH = '${CONTROLLER_PATH}'`, [CONTROLLER]],
  ['os-win', `SELECT * FROM Msvm_DiskDrive WHERE DriveNumber=2`, []],
  [
    'os-win',
    `SELECT InstanceID, ElementName FROM Cim_ResourceAllocationSettingData WHERE InstanceID LIKE 'Microsoft:${VM}%'`,
    [CONTROLLER, DRIVE],
  ],
  ['os-win', `SELECT * FROM Msvm_MemorySettingData WHERE InstanceID LIKE '%\\Default'`, [TEMPLATE]],
  [
    'os-win',
    `SELECT * FROM CIM_ResourceAllocationSettingData WHERE ResourceSubType = 'Microsoft:Hyper-V:Memory' AND InstanceID LIKE '%\\Default'`,
    [TEMPLATE],
  ],
  ['go-wmi', `SELECT * FROM Msvm_ComputerSystem WHERE Description = 'Microsoft Virtual Machine'`, [SYSTEM]],
  ['go-wmi', `SELECT * FROM Msvm_ConcreteJob WHERE JobType = '4'`, [JOB]],
  ['go-wmi', `SELECT * FROM CIM_ConcreteJob WHERE Name = 'job-7'`, [JOB]],
  ['go-wmi', `SELECT * FROM Cim_ResourceAllocationSettingData WHERE ResourceType = '17'`, [DRIVE]],
  [
    'exhv',
    'SELECT Name, ElementName FROM Msvm_ComputerSystem WHERE EnabledState = 2 AND Name <> ElementName',
    [SYSTEM],
  ],
  ['exhv', `SELECT * FROM Msvm_ComputerSystem WHERE Name <> 'host1'`, [SYSTEM]],
  [
    'exhv',
    `SELECT ConfigurationID, ElementName FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = 'Microsoft:Hyper-V:System:Realized'`,
    [SETTINGS],
  ],
  [
    'exhv',
    `SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier = '${VM.toLowerCase()}' AND VirtualSystemType = 'Microsoft:Hyper-V:System:Realized'`,
    [SETTINGS],
  ],
  ['exhv', `SELECT * FROM CIM_SettingData WHERE InstanceID LIKE '%Default%'`, [TEMPLATE]],
  [
    'exhv',
    `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE InstanceID LIKE 'Microsoft:${VM}\\\\83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\\\0\\\\%'`,
    [DRIVE],
  ],
  ['samples', 'SELECT * FROM CIM_ResourcePool WHERE ResourceType="31" AND Primordial = True AND PoolId=""', [POOL]],
  ['samples', 'select * from CIM_ResourcePool where Primordial = 1 AND PoolID IS NOT NULL', [POOL]],
  [
    'samples',
    `SELECT * FROM Msvm_ResourceAllocationSettingData WHERE Parent="${CONTROLLER_PATH.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
    [DRIVE],
  ],
  [
    'libvirt',
    `ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='${VM}'} WHERE AssocClass = Msvm_SettingsDefineState ResultClass = Msvm_VirtualSystemSettingData`,
    [SETTINGS],
  ],
  [
    'libvirt',
    `ASSOCIATORS OF {Msvm_VirtualSystemSettingData.InstanceID='Microsoft:${VM}'} WHERE AssocClass = Msvm_VirtualSystemSettingDataComponent ResultClass = Msvm_ResourceAllocationSettingData`,
    [CONTROLLER, DRIVE],
  ],
  ['libvirt', `select * from Msvm_ConcreteJob where InstanceID = 'b4a5'`, [JOB]],
  ['sample', `associators of {${CONTROLLER_PATH}} where resultClass=Msvm_VirtualSystemSettingData`, [SETTINGS]],
  [
    'sample',
    `REFERENCES OF {\\\\.\\root\\virtualization\\v2:Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM}"} WHERE ResultClass=CIM_ElementSettingData`,
    [],
  ],
  [
    'sample',
    `REFERENCES OF {Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM}"} WHERE ResultClass=Msvm_SettingsDefineState`,
    [STATE],
  ],
];

describe('Q-082 E9 queries of clients', () => {
  for (const [client, query, expected] of rows) {
    test(`${client}: ${query}`, async () =>
      assert.deepEqual(
        (await run(query)).map((i) => i.path()),
        expected.map((i) => i.path()),
      ));
  }
  test('exhv: the service is running, in root\\cimv2', async () => {
    assert.deepEqual(
      (await run("SELECT State FROM Win32_Service WHERE Name = 'vmms'", CIMV2)).map((i) => i.get('State')),
      ['Running'],
    );
  });
  for (const query of [
    "SELECT * FROM __InstanceModificationEvent WITHIN 2 WHERE TargetInstance ISA 'Msvm_ComputerSystem' AND TargetInstance.EnabledState != PreviousInstance.EnabledState",
    "SELECT TargetInstance FROM __InstanceModificationEvent WITHIN 2 WHERE TargetInstance ISA 'Msvm_ComputerSystem'",
    "SELECT * FROM __InstanceOperationEvent WITHIN 1 WHERE TargetInstance ISA 'CIM_ConcreteJob' AND TargetInstance.InstanceID LIKE 'B4%'",
    "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA 'Msvm_ComputerSystem'",
    'SELECT * FROM Msvm_StorageAlert',
    'SELECT * FROM CIM_Indication',
  ]) {
    test(`subscribes: ${query}`, () => broker.subscribe(contextOf(), V2, query).close());
  }
});

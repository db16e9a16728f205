import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CimError } from '../../src/cim/errors.ts';
import { authorize, OPERATION_RIGHTS } from '../../src/msvm/authorization.ts';
import type { Right } from '../../src/msvm/v2/methods/rights.ts';
import { SERVICE_CLASS, V2 } from '../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../kit/hyperv-world.ts';

const ROLES = ['viewer', 'operator', 'administrator'] as const;
const ALLOWED: Readonly<Record<Right, readonly string[]>> = {
  read: ROLES,
  operate: ['operator', 'administrator'],
  administer: ['administrator'],
};
const ACCESS_DENIED = 32769;

/** What each method takes (K8): a new method of a class has its row here before anybody may call it. */
const METHODS: Readonly<Record<string, Readonly<Record<string, Right>>>> = {
  [SERVICE_CLASS]: {
    DefineSystem: 'administer',
    DefinePlannedSystem: 'administer',
    DestroySystem: 'administer',
    ModifySystemSettings: 'administer',
    ModifyServiceSettings: 'administer',
    UpgradeSystemVersion: 'administer',
    AddResourceSettings: 'administer',
    ModifyResourceSettings: 'administer',
    RemoveResourceSettings: 'administer',
    AddFeatureSettings: 'administer',
    ModifyFeatureSettings: 'administer',
    RemoveFeatureSettings: 'administer',
    AddBootSourceSettings: 'administer',
    RemoveBootSourceSettings: 'administer',
    ModifyGuestServiceSettings: 'administer',
    ModifyDiskMergeSettings: 'administer',
    SetInitialMachineConfigurationData: 'administer',
    GenerateWwpn: 'administer',
    ImportSystemDefinition: 'administer',
    ImportSnapshotDefinitions: 'administer',
    ValidatePlannedSystem: 'administer',
    RealizePlannedSystem: 'administer',
    ExportSystemDefinition: 'administer',
    GetDefinitionFileSummaryInformation: 'administer',
    AddKvpItems: 'operate',
    ModifyKvpItems: 'operate',
    RemoveKvpItems: 'operate',
    GetSummaryInformation: 'read',
    GetVirtualSystemThumbnailImage: 'read',
    GetSizeOfSystemFiles: 'read',
    GetCurrentWwpnFromGenerator: 'read',
    FormatError: 'read',
    // Answered alike for everybody: they do nothing here.
    AddGuestServiceSettings: 'read',
    RemoveGuestServiceSettings: 'read',
    AddSystemComponentSettings: 'read',
    ModifySystemComponentSettings: 'read',
    RemoveSystemComponentSettings: 'read',
    AddFibreChannelChap: 'read',
    RemoveFibreChannelChap: 'read',
    DiagnoseNetworkConnection: 'read',
    TestNetworkConnection: 'read',
    SetGuestNetworkAdapterConfiguration: 'read',
    RequestStateChange: 'read',
    StartService: 'read',
    StopService: 'read',
  },
  // Every one of them names a path, or does nothing here.
  Msvm_ImageManagementService: {
    CreateVirtualHardDisk: 'administer',
    CreateVirtualFloppyDisk: 'administer',
    ConvertVirtualHardDisk: 'administer',
    ResizeVirtualHardDisk: 'administer',
    CompactVirtualHardDisk: 'administer',
    MergeVirtualHardDisk: 'administer',
    SetParentVirtualHardDisk: 'administer',
    ValidateVirtualHardDisk: 'administer',
    GetVirtualHardDiskSettingData: 'administer',
    GetVirtualHardDiskState: 'administer',
    AttachVirtualHardDisk: 'read',
    FindMountedStorageImageInstance: 'read',
    SetVirtualHardDiskSettingData: 'read',
    ValidatePersistentReservationSupport: 'read',
    GetVHDSetInformation: 'read',
    GetVHDSnapshotInformation: 'read',
    SetVHDSnapshotInformation: 'read',
    DeleteVHDSnapshot: 'read',
    ConvertVirtualHardDiskToVHDSet: 'read',
    OptimizeVHDSet: 'read',
    GetVirtualDiskChanges: 'read',
    RequestStateChange: 'read',
    StartService: 'read',
    StopService: 'read',
  },
  Msvm_VirtualSystemSnapshotService: {
    CreateSnapshot: 'operate',
    ApplySnapshot: 'operate',
    DestroySnapshot: 'administer',
    DestroySnapshotTree: 'administer',
    ClearSnapshotState: 'administer',
    ConvertToReferencePoint: 'read',
    RequestStateChange: 'read',
    StartService: 'read',
    StopService: 'read',
  },
};

describe('roles', () => {
  let world: HyperVWorld;
  before(async () => (world = await openWorld()));
  after(() => world[Symbol.asyncDispose]());

  test('A-037 kinds of operations', () => {
    for (const [kind, right] of Object.entries(OPERATION_RIGHTS)) {
      for (const role of ROLES) {
        const { context } = world.client.as(role);
        // The rule looks at the kind alone.
        const attempt = (): void => authorize(context, { kind } as Parameters<typeof authorize>[1]);
        if (ALLOWED[right].includes(role)) assert.doesNotThrow(attempt, `${role} ${kind}`);
        else
          assert.throws(
            attempt,
            (error) => error instanceof CimError && error.code === 'accessDenied',
            `${role} ${kind}`,
          );
      }
    }
  });

  for (const [className, rows] of Object.entries(METHODS)) {
    test(`A-037 ${className}: every method of the schema by every role`, async () => {
      const declared =
        world.broker.repository
          .namespace(V2)
          ?.class(className)
          ?.methods.map(({ name }) => name) ?? [];
      assert.deepEqual([...declared].toSorted(), Object.keys(rows).toSorted());
      const path = await world.client.service(className);
      const wrong: string[] = [];
      for (const role of ROLES) {
        const { context } = world.client.as(role);
        for (const [method, right] of Object.entries(rows)) {
          const { returnValue } = await world.broker.execute<'invokeMethod'>(context, {
            kind: 'invokeMethod',
            namespace: V2,
            path,
            method,
            args: {},
          });
          if ((returnValue !== ACCESS_DENIED) !== ALLOWED[right].includes(role))
            wrong.push(`${role} ${method}: ${String(returnValue)}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }
});

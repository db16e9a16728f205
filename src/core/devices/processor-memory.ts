import type { DeviceKindRow } from './kind.ts';
import { resourceRow } from './rows.ts';

/** Most virtual processors that a machine may have: the Gen 1 machine type of QEMU takes 255, Hyper-V Gen 1 takes 240 of them. */
export const MAXIMUM_PROCESSORS = 240;
/** MB; both ends of object-model §6 and management-service §2. */
export const MINIMUM_MEMORY_MB = 32n;
export const MAXIMUM_MEMORY_MB = 1_048_576n;

/** Lower-case parts are those of real hosts (object-model §5, dump). */
export const PROCESSOR_PART = 'b637f346-6a0e-4dec-af52-bd70cb80a21d\\0';
export const MEMORY_PART = '4764334d-e001-4176-82ee-5594ec9b530e';

export const PROCESSOR_MEMORY_ROWS: readonly DeviceKindRow[] = [
  resourceRow({
    kind: 'processor',
    settingClass: 'Msvm_ProcessorSettingData',
    resourceType: 3,
    resourceSubType: 'Microsoft:Hyper-V:Processor',
    deviceClass: 'Msvm_Processor',
    pool: 'B637F347-6A0E-4DEC-AF52-BD70CB80A21D',
    fixedPart: PROCESSOR_PART,
    elementName: 'Processor',
    description: 'Settings for Microsoft Virtual Processor.',
    defaults: {
      AllocationUnits: 'percent / 1000',
      VirtualQuantity: 1n,
      Reservation: 0n,
      Limit: 100_000n,
      Weight: 100,
      LimitCPUID: false,
      HwThreadsPerCore: 1n,
      LimitProcessorFeatures: false,
      MaxProcessorsPerNumaNode: 64n,
      MaxNumaNodesPerSocket: 1n,
      EnableHostResourceProtection: false,
      CpuGroupId: '00000000-0000-0000-0000-000000000000',
      HideHypervisorPresent: false,
      ExposeVirtualizationExtensions: false,
      DisableSpeculationControls: false,
      EnableLegacyApicMode: false,
      EnablePerfmonArchPmu: false,
      EnablePerfmonIpt: false,
      EnablePerfmonLbr: false,
      EnablePerfmonPebs: false,
      EnablePerfmonPmu: false,
      AllowACountMCount: true,
      ApicMode: 0,
    },
    range: {
      minimum: { VirtualQuantity: 1n, Reservation: 0n, Limit: 0n, Weight: 1 },
      maximum: { VirtualQuantity: BigInt(MAXIMUM_PROCESSORS), Reservation: 100_000n, Limit: 100_000n, Weight: 10_000 },
      increment: { VirtualQuantity: 1n, Reservation: 1n, Limit: 1n, Weight: 1 },
    },
  }),
  resourceRow({
    kind: 'memory',
    settingClass: 'Msvm_MemorySettingData',
    resourceType: 4,
    resourceSubType: 'Microsoft:Hyper-V:Memory',
    deviceClass: 'Msvm_Memory',
    pool: '4764334E-E001-4176-82EE-5594EC9B530E',
    fixedPart: MEMORY_PART,
    elementName: 'Memory',
    description: 'Settings for Microsoft Virtual Machine Memory.',
    defaults: {
      AllocationUnits: 'byte * 2^20',
      VirtualQuantityUnits: 'byte * 2^20',
      VirtualQuantity: 1024n,
      Reservation: 1024n,
      Limit: MAXIMUM_MEMORY_MB,
      Weight: 5000,
      DynamicMemoryEnabled: false,
      TargetMemoryBuffer: 20,
      HugePagesEnabled: false,
      IsVirtualized: true,
      SwapFilesInUse: false,
      MaxMemoryBlocksPerNumaNode: MAXIMUM_MEMORY_MB,
      SgxSize: 0n,
      SgxEnabled: false,
      SgxLaunchControlDefault: '',
      SgxLaunchControlMode: 0,
    },
    range: {
      minimum: {
        VirtualQuantity: MINIMUM_MEMORY_MB,
        Reservation: MINIMUM_MEMORY_MB,
        Limit: MINIMUM_MEMORY_MB,
        Weight: 0,
        TargetMemoryBuffer: 5,
      },
      maximum: {
        VirtualQuantity: MAXIMUM_MEMORY_MB,
        Reservation: MAXIMUM_MEMORY_MB,
        Limit: MAXIMUM_MEMORY_MB,
        Weight: 10_000,
        TargetMemoryBuffer: 2000,
      },
      increment: { VirtualQuantity: 2n, Reservation: 2n, Limit: 2n, Weight: 1, TargetMemoryBuffer: 1 },
    },
  }),
];

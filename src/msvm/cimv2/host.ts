import type { CimValues } from '../../cim/values.ts';
import { datetimeText } from '../../core/systems/datetime.ts';
import type { Catalog } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { type FixedEntity, FixedSet } from '../v2/fixed-set.ts';
import type { HostGauges } from './host-gauges.ts';

/** An object of root\cimv2 that stands for the host or a part of it. */
export interface HostObject extends FixedEntity {
  readonly kind: 'hostObject';
}

interface HostRow {
  readonly className: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly constants: CimValues;
  readonly values: () => CimValues;
}

const MB = 1_048_576n;
const OK = 'OK';
/** Version of Windows that the WS-Management side reports too (wire-wsman §5.1). */
const WINDOWS_VERSION = '10.0.20348';

/** Every scalar that libvirt lists must be there with a value it can read (wire-wsman §13). */
const computerSystem = (projection: Projection, gauges: HostGauges): HostRow => {
  const { host } = projection.graph;
  return {
    className: 'Win32_ComputerSystem',
    keys: { Name: host.name },
    constants: {
      AdminPasswordStatus: 3,
      AutomaticManagedPagefile: false,
      AutomaticResetBootOption: false,
      AutomaticResetCapability: false,
      BootROMSupported: true,
      BootupState: 'Normal boot',
      Caption: host.name,
      ChassisBootupState: 3,
      CreationClassName: 'Win32_ComputerSystem',
      CurrentTimeZone: 0,
      DaylightInEffect: false,
      Description: 'AT/AT COMPATIBLE',
      Domain: 'WORKGROUP',
      DomainRole: 2,
      EnableDaylightSavingsTime: true,
      FrontPanelResetStatus: 3,
      HypervisorPresent: true,
      InfraredSupported: false,
      KeyboardPasswordStatus: 3,
      Manufacturer: 'vsms',
      Model: 'Virtual System Host',
      NetworkServerModeEnabled: true,
      NumberOfLogicalProcessors: host.logicalProcessors,
      NumberOfProcessors: 1,
      PartOfDomain: false,
      PauseAfterReset: -1n,
      PCSystemType: 4,
      PCSystemTypeEx: 4,
      PowerManagementSupported: false,
      PowerOnPasswordStatus: 3,
      PowerState: 0,
      PowerSupplyState: 3,
      PrimaryOwnerName: 'Administrators',
      ResetCapability: 1,
      ResetCount: -1,
      ResetLimit: -1,
      Status: OK,
      SystemStartupDelay: 0,
      SystemStartupSetting: 0,
      SystemType: 'x64-based PC',
      ThermalState: 3,
      TotalPhysicalMemory: BigInt(host.memoryMb) * MB,
      WakeUpType: 6,
      Workgroup: 'WORKGROUP',
    },
    values: () => ({ DNSHostName: gauges.dnsName || host.name }),
  };
};

const operatingSystem = (projection: Projection, gauges: HostGauges): HostRow => {
  const { host } = projection.graph;
  const totalKb = BigInt(host.memoryMb) * 1024n;
  return {
    className: 'Win32_OperatingSystem',
    // The only one of its class has no keys: `Win32_OperatingSystem=@`.
    keys: {},
    constants: {
      BootDevice: '',
      BuildNumber: '20348',
      BuildType: 'Multiprocessor Free',
      Caption: 'vsms on Linux',
      CodeSet: '1252',
      CountryCode: '1',
      CreationClassName: 'Win32_OperatingSystem',
      CSCreationClassName: 'Win32_ComputerSystem',
      CSDVersion: '',
      CSName: host.name,
      CurrentTimeZone: 0,
      DataExecutionPrevention_32BitApplications: true,
      DataExecutionPrevention_Available: true,
      DataExecutionPrevention_Drivers: true,
      DataExecutionPrevention_SupportPolicy: 3,
      Debug: false,
      Description: '',
      Distributed: false,
      EncryptionLevel: 256,
      FreeSpaceInPagingFiles: 0n,
      Locale: '0409',
      Manufacturer: 'vsms',
      MaxNumberOfProcesses: 4_294_967_295,
      MaxProcessMemorySize: 137_438_953_344n,
      MUILanguages: ['en-US'],
      // The form is that of Windows, caption first.
      Name: 'vsms on Linux|/|',
      NumberOfLicensedUsers: 0,
      NumberOfProcesses: 0,
      NumberOfUsers: 1,
      OperatingSystemSKU: 8,
      Organization: '',
      OSArchitecture: '64-bit',
      OSLanguage: 1033,
      OSProductSuite: 272,
      OSType: 18,
      PortableOperatingSystem: false,
      Primary: true,
      ProductType: 3,
      RegisteredUser: '',
      SerialNumber: '',
      ServicePackMajorVersion: 0,
      ServicePackMinorVersion: 0,
      SizeStoredInPagingFiles: 0n,
      Status: OK,
      SuiteMask: 272,
      SystemDevice: '',
      SystemDirectory: 'C:\\Windows\\system32',
      SystemDrive: 'C:',
      TotalVirtualMemorySize: totalKb,
      TotalVisibleMemorySize: totalKb,
      Version: WINDOWS_VERSION,
      WindowsDirectory: 'C:\\Windows',
    },
    values: () => {
      const now = projection.clock.now();
      const freeKb = BigInt(gauges.freeMemoryMb()) * 1024n;
      return {
        FreePhysicalMemory: freeKb,
        FreeVirtualMemory: freeKb,
        LocalDateTime: datetimeText(now),
        LastBootUpTime: datetimeText(now - gauges.uptimeMs()),
      };
    },
  };
};

/** One socket with all processors: libvirt counts instances as sockets and reads cores and threads from each. */
const processor = (projection: Projection, gauges: HostGauges): HostRow => {
  const { host } = projection.graph;
  return {
    className: 'Win32_Processor',
    keys: { DeviceID: 'CPU0' },
    constants: {
      AddressWidth: 64,
      Architecture: 9,
      Availability: 3,
      Caption: host.processorName,
      CpuStatus: 1,
      CreationClassName: 'Win32_Processor',
      DataWidth: 64,
      Description: host.processorName,
      Family: 2,
      Manufacturer: host.processorVendor ?? host.processorName.split(' ')[0] ?? '',
      Name: host.processorName,
      NumberOfCores: host.logicalProcessors,
      NumberOfEnabledCore: host.logicalProcessors,
      NumberOfLogicalProcessors: host.logicalProcessors,
      PowerManagementSupported: false,
      ProcessorType: 3,
      Role: 'CPU',
      SecondLevelAddressTranslationExtensions: false,
      SocketDesignation: 'CPU0',
      Status: OK,
      StatusInfo: 3,
      SystemCreationClassName: 'Win32_ComputerSystem',
      SystemName: host.name,
      ThreadCount: host.logicalProcessors,
      VirtualizationFirmwareEnabled: false,
      VMMonitorModeExtensions: false,
    },
    values: () => ({
      LoadPercentage: gauges.loadPercent(),
      // Node tells 0 where the kernel scales no frequency, as in most guests.
      MaxClockSpeed: gauges.clockMhz || (host.processorMhz ?? 0),
      CurrentClockSpeed: gauges.clockMhz || (host.processorMhz ?? 0),
    }),
  };
};

const product = (gauges: HostGauges): HostRow => ({
  className: 'Win32_ComputerSystemProduct',
  keys: { IdentifyingNumber: gauges.hostUuid, Name: 'Virtual System Host', Version: '1.0' },
  constants: {
    Caption: 'Computer System Product',
    Description: 'Computer System Product',
    Vendor: 'vsms',
    UUID: gauges.hostUuid,
  },
  values: () => ({}),
});

/** Clients ask whether `vmms` runs before anything else (client-usage §8, exhv). */
const service = (projection: Projection, name: string, caption: string): HostRow => ({
  className: 'Win32_Service',
  keys: { Name: name },
  constants: {
    AcceptPause: false,
    AcceptStop: true,
    Caption: caption,
    CheckPoint: 0,
    CreationClassName: 'Win32_Service',
    DelayedAutoStart: false,
    Description: caption,
    DesktopInteract: false,
    DisplayName: caption,
    ErrorControl: 'Normal',
    ExitCode: 0,
    PathName: '',
    ProcessId: process.pid,
    ServiceSpecificExitCode: 0,
    ServiceType: 'Own Process',
    Started: true,
    StartMode: 'Auto',
    StartName: 'LocalSystem',
    State: 'Running',
    Status: OK,
    SystemCreationClassName: 'Win32_ComputerSystem',
    SystemName: projection.graph.host.name,
    TagId: 0,
    WaitHint: 0,
  },
  values: () => ({}),
});

const physicalMemory = (projection: Projection): HostRow => ({
  className: 'Win32_PhysicalMemory',
  keys: { Tag: 'Physical Memory 0' },
  constants: {
    Capacity: BigInt(projection.graph.host.memoryMb) * MB,
    Caption: 'Physical Memory',
    CreationClassName: 'Win32_PhysicalMemory',
    Description: 'Physical Memory',
    DeviceLocator: 'DIMM 0',
    Name: 'Physical Memory',
  },
  values: () => ({}),
});

/** What libvirt reads the host's version from: the program of the service, by the name it has on Windows. */
const dataFile = (): HostRow => {
  const name = 'c:\\windows\\system32\\vmms.exe';
  return {
    className: 'CIM_DataFile',
    keys: { Name: name },
    constants: {
      Caption: name,
      CreationClassName: 'CIM_LogicalFile',
      Description: name,
      Drive: 'c:',
      Extension: 'exe',
      FileName: 'vmms',
      FileType: 'Application',
      Manufacturer: 'vsms',
      Path: '\\windows\\system32\\',
      Readable: true,
      Status: OK,
      System: false,
      Version: `${WINDOWS_VERSION}.1`,
      Writeable: false,
    },
    values: () => ({}),
  };
};

/** Drives of the configuration: how much room there is for disks (os-win, scripts). */
const logicalDisk = (projection: Projection, gauges: HostGauges, letter: string): HostRow => ({
  className: 'Win32_LogicalDisk',
  keys: { DeviceID: `${letter}:` },
  constants: {
    Access: 0,
    Caption: `${letter}:`,
    Compressed: false,
    CreationClassName: 'Win32_LogicalDisk',
    Description: 'Local Fixed Disk',
    DriveType: 3,
    MaximumComponentLength: 255,
    MediaType: 12,
    Name: `${letter}:`,
    QuotasDisabled: true,
    SupportsDiskQuotas: false,
    SupportsFileBasedCompression: false,
    SystemCreationClassName: 'Win32_ComputerSystem',
    SystemName: projection.graph.host.name,
    VolumeName: '',
  },
  values: () => {
    const space = gauges.driveSpace(letter);
    return { Size: space?.size ?? null, FreeSpace: space?.free ?? null };
  },
});

export const addHostObjects = (projection: Projection, catalog: Catalog, gauges: HostGauges): void => {
  const rows = [
    computerSystem(projection, gauges),
    operatingSystem(projection, gauges),
    processor(projection, gauges),
    product(gauges),
    physicalMemory(projection),
    dataFile(),
    ...gauges.drives.map((letter) => logicalDisk(projection, gauges, letter)),
    service(projection, 'vmms', 'Hyper-V Virtual Machine Management'),
    service(projection, 'WinRM', 'Windows Remote Management (WS-Management)'),
  ];
  for (const className of new Set(rows.map((row) => row.className))) {
    const own = rows.filter((row) => row.className === className);
    const rowOf = new Map<HostObject, HostRow>(
      own.map((row) => [{ kind: 'hostObject', className, keys: row.keys }, row]),
    );
    catalog.add(
      new FixedSet<HostObject>(projection, 'hostObject', className, [...rowOf.keys()], (entity) => {
        const row = rowOf.get(entity);
        const shape = projection.shape(className, Object.values(entity.keys).join(), () => row?.constants ?? {});
        return shape.make({ ...row?.values(), ...entity.keys });
      }),
    );
  }
};

import type { CimValue, CimValues } from '../../../cim/values.ts';
import { deviceValue, numberValue } from '../../../core/devices/effective.ts';
import type { MachineFigures } from '../../../core/ports.ts';
import type { Projection } from '../../projection.ts';
import type { DeviceEntity } from '../entities.ts';
import { integrationValues } from './integration.ts';

/** What one class of device shows beyond what all devices show; `figures` is null while the machine is between states. */
type DeviceFacts = (entity: DeviceEntity, figures: MachineFigures | null, projection: Projection) => CimValues;

const MB_IN_KB = 1024n;

const processor: DeviceFacts = (_entity, figures, projection) => {
  const load = figures === null ? 0 : Math.round(figures.processorLoadPercent);
  return {
    Name: projection.graph.host.processorName,
    AddressWidth: 64,
    DataWidth: 64,
    CPUStatus: 1,
    HealthState: 5,
    LoadPercentage: load,
    LoadPercentageHistory: [load],
  };
};

const memory: DeviceFacts = (entity, figures) => {
  const mb = BigInt(
    Math.round(
      figures !== null && figures.memoryUsageMb > 0
        ? figures.memoryUsageMb
        : numberValue(entity.setting, 'VirtualQuantity'),
    ),
  );
  return {
    BlockSize: 1_048_576n,
    NumberOfBlocks: mb,
    ConsumableBlocks: mb,
    StartingAddress: 0n,
    EndingAddress: mb === 0n ? 0n : mb * MB_IN_KB - 1n,
  };
};

/** The schema's default size is that of some dumped disk; the size of ours is for the image service to say. */
const logicalDisk: DeviceFacts = () => ({ NumberOfBlocks: null, Primordial: false });

const ethernetPort: DeviceFacts = (entity) => {
  const address = String(deviceValue(entity.setting, 'Address') ?? '');
  return {
    EnabledState: 2,
    HealthState: 5,
    PermanentAddress: address,
    NetworkAddresses: [address],
    FullDuplex: true,
    AutoSense: true,
    LinkTechnology: 2,
    Speed: 10_000_000_000n,
    MaxSpeed: 10_000_000_000n,
    RequestedSpeed: 10_000_000_000n,
    ActiveMaximumTransmissionUnit: 1500n,
    SupportedMaximumTransmissionUnit: 1500n,
    OtherIdentifyingInfo: [entity.id],
  };
};

/** libvirt takes the size of its screenshot from here (client-usage V8). */
const videoHead: DeviceFacts = (_entity, figures) => ({
  EnabledState: figures !== null && figures.videoWidth > 0 ? 2 : 3,
  CurrentBitsPerPixel: 32,
  CurrentHorizontalResolution: figures?.videoWidth ?? 0,
  CurrentVerticalResolution: figures?.videoHeight ?? 0,
  CurrentNumberOfColumns: 0,
  CurrentNumberOfRows: 0,
  CurrentNumberOfColors: 4_294_967_296n,
  CurrentRefreshRate: 60,
  CurrentScanMode: 4,
  MinRefreshRate: 60,
  MaxRefreshRate: 60,
});

/** As clients have moved it: a guest tells nobody where its pointer is. */
const syntheticMouse: DeviceFacts = (entity, _figures, { graph }) => {
  const pointer = graph.machine(entity.system.id)?.pointer;
  return {
    AbsoluteCoordinates: true,
    HorizontalPosition: pointer?.place?.x ?? null,
    VerticalPosition: pointer?.place?.y ?? null,
    ScrollPosition: pointer?.scrolled ?? 0,
  };
};

/** Of version 2.0, by swtpm. It has none of the states of older ones: 10 is "Not Applicable". */
const tpm: DeviceFacts = () => ({ EnabledState: 2, TPMSpecMajorVersion: 2, TPMSpecMinorVersion: 0, TPMState: 10 });

const securityElement: DeviceFacts = (entity) => ({
  Shielded: deviceValue(entity.setting, 'ShieldingRequested') === true,
  EncryptStateAndVmMigrationTrafficEnabled: deviceValue(entity.setting, 'EncryptStateAndVmMigrationTraffic') === true,
});

const FACTS: Readonly<Record<string, DeviceFacts>> = {
  Msvm_Processor: processor,
  Msvm_Memory: memory,
  Msvm_LogicalDisk: logicalDisk,
  Msvm_SyntheticEthernetPort: ethernetPort,
  Msvm_EmulatedEthernetPort: ethernetPort,
  Msvm_VideoHead: videoHead,
  Msvm_SyntheticMouse: syntheticMouse,
  Msvm_TPM: tpm,
  Msvm_SecurityElement: securityElement,
};

/** Values of a device of a running system. */
export const deviceValues = (projection: Projection, entity: DeviceEntity): CimValues => {
  const figures = projection.graph.machine(entity.system.id)?.figures() ?? null;
  const facts = FACTS[entity.className];
  return {
    ...(facts === undefined ? integrationValues(projection, entity, figures) : facts(entity, figures, projection)),
    ...named(entity),
  };
};

const named = (entity: DeviceEntity): CimValues => {
  if (entity.className === 'Msvm_VideoHead') return {};
  // A TPM that the security settings give has no setting with a name of its own.
  const own = entity.row.kind === entity.setting.kind ? deviceValue(entity.setting, 'ElementName') : null;
  const name: CimValue = String(own ?? entity.row.elementName);
  return { ElementName: name };
};

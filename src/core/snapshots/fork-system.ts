import { NO_MAC } from '../devices/ethernet.ts';
import { firstText } from '../devices/effective.ts';
import { ADAPTER_KINDS } from '../devices/wiring.ts';
import { childName } from '../differencing/child-name.ts';
import { disksOf, withFiles } from '../differencing/disk-tree.ts';
import type { Configuration, DeviceSetting, Instant, SettingValue, Snapshot, VirtualSystem } from '../model.ts';
import { withDeviceValues } from '../systems/draft.ts';
import { newGuid, newSerialNumber } from '../systems/identifiers.ts';
import { NO_ON_TIME, NO_REQUEST } from '../systems/record.ts';
import { IDENTITY } from '../systems/reference.ts';
import { namedPort, renameDevices } from '../systems/rename-parts.ts';
import { savedStateName } from '../systems/power/saved-state.ts';

export interface ForkWish {
  readonly name: string;
  /** Tells this fork from its sisters where they would meet: on the pipes of serial ports. */
  readonly number: number;
  /** Its network adapters stay unplugged (K30). */
  readonly disconnected: boolean;
}

/** What a machine has by itself, not from the checkpoint that it comes from. */
const OF_ITS_OWN: ReadonlySet<string> = new Set([
  'ConfigurationFile',
  'GuestStateFile',
  'SuspendDataRoot',
  'IsSaved',
  'IsAutomaticSnapshot',
  'VirtualSystemIdentifier',
]);

const DISABLED = 3;

/**
 * A machine that goes on from a checkpoint under identities of its own (K30): GUID, SMBIOS, network addresses, ports. Its
 * disks are overlays over those of the checkpoint, in the same folders; MAC addresses wait to be assigned.
 */
export const forkOf = (source: VirtualSystem, snapshot: Snapshot, wish: ForkWish, at: Instant): VirtualSystem => {
  const id = newGuid();
  const frozen = snapshot.configuration;
  const files = new Map(disksOf(frozen).map(({ file }) => [file, childName(file, newGuid())]));
  const values: Record<string, SettingValue> = {
    ...Object.fromEntries(
      Object.entries(frozen.values).filter(([name]) => !OF_ITS_OWN.has(name) && !IDENTITY.has(name)),
    ),
    ElementName: wish.name,
    BIOSGUID: `{${newGuid()}}`,
    BIOSSerialNumber: newSerialNumber(),
  };
  const devices = frozen.devices.filter((device) => !isOfOne(device)).map((device) => ownDevice(device, wish));
  const active: Configuration = {
    ...withFiles({ ...frozen, devices: renameDevices(devices, namedPort).devices }, files),
    id,
    values,
  };
  return {
    id,
    kind: 'realized',
    generation: source.generation,
    active,
    snapshots: [],
    currentSnapshot: null,
    lastApplied: null,
    power: snapshot.memory === true ? 'saved' : 'off',
    requestedState: NO_REQUEST,
    operation: null,
    process: null,
    onTime: NO_ON_TIME,
    savedState: snapshot.memory === true ? savedStateName(1) : null,
    createdAt: at,
    configurationChangedAt: at,
    stateChangedAt: at,
    wasRunning: false,
    revision: 1,
    ...(files.size === 0 ? {} : { differencing: [...files].map(([parent, file]) => ({ file, parent })) }),
    ...(source.extras?.deviceModels === undefined ? {} : { extras: { deviceModels: source.extras.deviceModels } }),
    forkedFrom: { system: source.id, snapshot: frozen.id },
  };
};

/** A floppy disk is written to where it lies, by the machine that has it: the drive of a copy that runs beside it is empty. */
const isOfOne = ({ kind }: DeviceSetting): boolean => kind === 'floppyImage';

const ownDevice = (device: DeviceSetting, { number, disconnected }: ForkWish): DeviceSetting => {
  // A static address is one machine's on its network: of a copy that runs beside it, it is none.
  if (ADAPTER_KINDS.has(device.kind)) return withDeviceValues(device, { Address: NO_MAC, StaticMacAddress: false });
  if (device.kind === 'ethernetConnection' && disconnected) return withDeviceValues(device, { EnabledState: DISABLED });
  const pipe = device.kind === 'serialPort' ? firstText(device, 'Connection') : null;
  return pipe === null ? device : withDeviceValues(device, { Connection: [`${pipe}-${number}`] });
};

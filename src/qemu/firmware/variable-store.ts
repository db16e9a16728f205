/**
 * A UEFI variable store: a firmware volume (PI 1.7 vol. 3 §3.2) with authenticated variables, as EDK2 writes it. Only
 * headers are looked at, and none of them is trusted.
 */

interface Variable {
  readonly name: Buffer;
  readonly vendor: Buffer;
  readonly dataOffset: number;
  readonly dataSize: number;
}

/** The variables that count, up to the first thing that is none. */
function* variables(store: Buffer): Generator<Variable> {
  if (store.length < 64 || store.toString('latin1', 40, 44) !== '_FVH') return;
  const start = store.readUInt16LE(48);
  // Variable store header: GUID, size, format, state, reserved.
  const end = Math.min(store.length, start + (start + 20 <= store.length ? store.readUInt32LE(start + 16) : 0));
  for (let offset = start + 28; offset + VARIABLE_HEADER <= end; ) {
    if (store.readUInt16LE(offset) !== START_ID) return;
    const nameSize = store.readUInt32LE(offset + 36);
    const dataSize = store.readUInt32LE(offset + 40);
    const nameOffset = offset + VARIABLE_HEADER;
    const dataOffset = nameOffset + nameSize;
    if (dataOffset + dataSize > end) return;
    if (store[offset + 2] === ADDED) {
      yield {
        name: store.subarray(nameOffset, dataOffset),
        vendor: store.subarray(offset + 44, offset + 60),
        dataOffset,
        dataSize,
      };
    }
    offset = Math.ceil((dataOffset + dataSize) / 4) * 4;
  }
}

/** Does the store hold a platform key? Without one there is no Secure Boot (UEFI 2.10 §32.3). */
export function hasPlatformKey(store: Buffer): boolean {
  for (const { name, dataSize } of variables(store)) if (name.equals(PLATFORM_KEY) && dataSize > 0) return true;
  return false;
}

/**
 * The store with EDK2's own switch for Secure Boot set: keys and boot entries stay as they are. The same buffer when it is
 * set so already; null when the store has keys and no switch, or cannot be read.
 */
export function withSecureBoot(store: Buffer, enabled: boolean): Buffer | null {
  for (const { name, vendor, dataOffset, dataSize } of variables(store)) {
    if (!name.equals(SWITCH) || !vendor.equals(SWITCH_VENDOR) || dataSize !== 1) continue;
    if (store[dataOffset] === Number(enabled)) return store;
    const changed = Buffer.from(store);
    changed[dataOffset] = Number(enabled);
    return changed;
  }
  return hasPlatformKey(store) ? null : store;
}

const START_ID = 0x55aa;
const VARIABLE_HEADER = 60;
/** VAR_ADDED without VAR_IN_DELETED_TRANSITION or VAR_DELETED. */
const ADDED = 0x3f;
const PLATFORM_KEY = Buffer.from('PK\0', 'utf16le');
const SWITCH = Buffer.from('SecureBootEnable\0', 'utf16le');
/** gEfiSecureBootEnableDisableGuid, f0a30bc7-af08-4556-99c4-001009c93a44. */
const SWITCH_VENDOR = Buffer.from('c70ba3f008af564599c4001009c93a44', 'hex');

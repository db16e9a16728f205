/**
 * Does a UEFI variable store hold a platform key? Secure Boot is on exactly then (UEFI 2.10 §32.3). The store is a firmware
 * volume (PI 1.7 vol. 3 §3.2) with authenticated variables, as EDK2 writes it; only headers are looked at.
 */
export function hasPlatformKey(store: Buffer): boolean {
  if (store.length < 64 || store.toString('latin1', 40, 44) !== '_FVH') return false;
  const variables = store.readUInt16LE(48);
  // Variable store header: GUID, size, format, state, reserved.
  const end = Math.min(
    store.length,
    variables + (variables + 20 <= store.length ? store.readUInt32LE(variables + 16) : 0),
  );
  for (let offset = variables + 28; offset + VARIABLE_HEADER <= end; ) {
    if (store.readUInt16LE(offset) !== START_ID) return false;
    const nameSize = store.readUInt32LE(offset + 36);
    const dataSize = store.readUInt32LE(offset + 40);
    const next = offset + VARIABLE_HEADER + nameSize + dataSize;
    if (next > end) return false;
    const name = store.subarray(offset + VARIABLE_HEADER, offset + VARIABLE_HEADER + nameSize);
    if (store[offset + 2] === ADDED && name.equals(PLATFORM_KEY) && dataSize > 0) return true;
    offset = Math.ceil(next / 4) * 4;
  }
  return false;
}

const START_ID = 0x55aa;
const VARIABLE_HEADER = 60;
/** VAR_ADDED without VAR_IN_DELETED_TRANSITION or VAR_DELETED. */
const ADDED = 0x3f;
const PLATFORM_KEY = Buffer.from('PK\0', 'utf16le');

import { guidAt, NIL_GUID, utf16le } from './binary.ts';
import { DiskFormatError, type DiskParent, type ParentName } from './disk-info.ts';

/** The one kind of locator that there is (MS-VHDX §2.6.2.6). */
export const VHDX_LOCATOR = 'B04AEFB7-D19E-4A81-B789-25B8E9445913';

/** Five keys are defined. */
const MAX_PAIRS = 64;

const NAMES: readonly (readonly [key: string, kind: ParentName['kind']])[] = [
  ['relative_path', 'relative'],
  ['volume_path', 'volume'],
  ['absolute_win32_path', 'absolute'],
];

/** The keys of a parent locator; `at` is its place in the file. */
export const parseParentLocator = (bytes: Buffer, at: number): DiskParent => {
  if (bytes.length < 20) throw new DiskFormatError('The parent locator is too short', at);
  if (guidAt(bytes, 0) !== VHDX_LOCATOR) throw new DiskFormatError('The kind of the parent locator is not known', at);
  const count = bytes.readUInt16LE(18);
  if (count > MAX_PAIRS || 20 + count * 12 > bytes.length)
    throw new DiskFormatError('The parent locator has too many entries', at + 18);
  const pairs = new Map<string, string>();
  for (let i = 0; i < count; i++) {
    const entry = 20 + i * 12;
    const text = (offsetAt: number, lengthAt: number): string => {
      const offset = bytes.readUInt32LE(entry + offsetAt);
      const length = bytes.readUInt16LE(entry + lengthAt);
      if (offset + length > bytes.length)
        throw new DiskFormatError('A text of the parent locator lies outside of it', at + entry);
      return utf16le(bytes.subarray(offset, offset + length));
    };
    pairs.set(text(0, 8).toLowerCase(), text(4, 10));
  }
  const names: ParentName[] = [];
  for (const [key, kind] of NAMES) {
    const found = pairs.get(key);
    if (found !== undefined && found !== '') names.push({ kind, text: found });
  }
  return { linkage: plainGuid(pairs.get('parent_linkage')), linkage2: plainGuid(pairs.get('parent_linkage2')), names };
};

/** The nil GUID means that there is none: seen as `parent_linkage2` of disks that are not being merged. */
const plainGuid = (text: string | undefined): string | null => {
  const guid = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i.exec(text ?? '')?.[1]?.toUpperCase();
  return guid === undefined || guid === NIL_GUID ? null : guid;
};

import { guidAt } from '../binary.ts';
import { DiskFormatError, type DiskHazard, type DiskInfo } from '../disk-info.ts';
import { BACKING_FORMAT, DISK_ID, FEATURE, type Qcow2Header, readQcow2Header } from './header.ts';
import type { ByteSource } from '../source.ts';

const MAX_EXTENSIONS = 64;

const EXTENSION = {
  end: 0,
  backingFormat: BACKING_FORMAT,
  diskId: DISK_ID,
  dataFile: 0x44415441,
  bitmaps: 0x23852875,
} as const;

const KNOWN_FEATURES = 31n;

/** `nbd:`, `json:`, `fat:`, ...: QEMU takes a name with a colon before any slash for a protocol. */
const PROTOCOL = /^[^/]*:/;

export const inspectQcow2 = async (source: ByteSource): Promise<DiskInfo> => {
  const header = await readQcow2Header(source);
  const extensions = await readExtensions(source, header);
  const name = await readBackingName(source, header);
  const externalData = (header.features & FEATURE.externalData) !== 0n;
  const dataFile = externalData ? (extensions.get(EXTENSION.dataFile)?.toString('utf8') ?? '') : null;
  const backing =
    name === null ? null : { name, format: extensions.get(EXTENSION.backingFormat)?.toString('latin1') ?? null };
  const id = extensions.get(EXTENSION.diskId);
  return {
    format: 'qcow2',
    type: backing === null ? 'dynamic' : 'differencing',
    virtualSize: header.size,
    fileSize: source.size,
    blockSize: header.clusterSize,
    logicalSectorSize: 512,
    physicalSectorSize: 512,
    id: id?.length === 16 ? guidAt(id, 0) : null,
    dataWriteId: null,
    parent: null,
    backing,
    dataFile,
    hazards: findHazards(header, backing, dataFile, extensions.has(EXTENSION.bitmaps)),
  };
};

/** Extensions lie between the header and the backing name, inside of the first cluster. */
const readExtensions = async (source: ByteSource, header: Qcow2Header): Promise<ReadonlyMap<number, Buffer>> => {
  const found = new Map<number, Buffer>();
  const end = Math.min(header.backing?.offset ?? header.clusterSize, header.clusterSize, source.size);
  let at = header.extensionsAt;
  for (let count = 0; at + 8 <= end; count++) {
    const head = await source.read(at, 8, 'A header extension');
    const type = head.readUInt32BE(0);
    const length = head.readUInt32BE(4);
    if (type === EXTENSION.end) return found;
    if (count >= MAX_EXTENSIONS || at + 8 + length > end)
      throw new DiskFormatError('The header extensions do not end in their place', at);
    if (found.has(type)) throw new DiskFormatError('A header extension is there twice', at);
    found.set(type, await source.read(at + 8, length, 'A header extension'));
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return found;
};

const readBackingName = async (source: ByteSource, { backing }: Qcow2Header): Promise<string | null> => {
  if (backing === null) return null;
  const bytes = await source.read(backing.offset, backing.length, 'The name of the backing file');
  return bytes.toString('utf8');
};

const findHazards = (
  header: Qcow2Header,
  backing: DiskInfo['backing'],
  dataFile: string | null,
  hasBitmaps: boolean,
): readonly DiskHazard[] => {
  const hazards: DiskHazard[] = [];
  const add = (kind: DiskHazard['kind'], fatal: boolean, message: string): void =>
    void hazards.push({ kind, fatal, message });
  if (dataFile !== null)
    add('externalDataFile', true, 'Its data lie in another file. Convert it to a plain qcow2 file first.');
  if (backing !== null) {
    const plain = backing.name !== '' && !PROTOCOL.test(backing.name) && !/\p{Cc}|\ufffd/u.test(backing.name);
    if (!plain)
      add('protocolBacking', true, 'Its backing file is named by a protocol. Rebase it onto a plain file first.');
    else if (backing.format === null)
      add(
        'backingFile',
        true,
        'It does not tell the format of its backing file. Rebase it with the format (qemu-img rebase -u -F).',
      );
    else add('backingFile', false, 'It has a backing file.');
  }
  if (header.encryption !== 0) add('encrypted', true, 'It is encrypted. Decrypt it first.');
  if ((header.features & ~KNOWN_FEATURES) !== 0n)
    add('unknownFeature', true, 'It needs a feature of qcow2 that is not known.');
  if ((header.features & FEATURE.corrupt) !== 0n)
    add('markedCorrupt', true, 'It is marked corrupt. Repair it first (qemu-img check -r all).');
  if ((header.features & FEATURE.dirty) !== 0n)
    add('notClosed', false, 'Its last writer did not close it; it is repaired when it is opened.');
  if (header.snapshots > 0) add('internalSnapshots', false, 'It holds snapshots of its own, which are not looked at.');
  if (hasBitmaps) add('bitmaps', false, "It holds QEMU's notes of what changed since backups.");
  return hazards;
};

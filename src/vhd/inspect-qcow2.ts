import { DiskFormatError, type DiskHazard, type DiskInfo } from './disk-info.ts';
import { type ByteSource, readSize } from './source.ts';

/** Numbers of QEMU's docs/interop/qcow2.txt; all big-endian. */
const MAGIC = 0x514649fb;
const V2_BYTES = 72;
const V3_BYTES = 104;
const MAX_HEADER_BYTES = 4096;
const MAX_BACKING_NAME = 1023;
/** QEMU's own bound of the first-level table. */
const MAX_L1_ENTRIES = (32 * 1024 * 1024) / 8;
const MAX_EXTENSIONS = 64;

const EXTENSION = { end: 0, backingFormat: 0xe2792aca, dataFile: 0x44415441 } as const;

const FEATURE = { dirty: 1n, corrupt: 2n, externalData: 4n, compressionType: 8n, extendedL2: 16n } as const;
const KNOWN_FEATURES = 31n;

/** `nbd:`, `json:`, `fat:`, ...: QEMU takes a name with a colon before any slash for a protocol. */
const PROTOCOL = /^[^/]*:/;

interface Header {
  readonly clusterSize: number;
  readonly size: number;
  readonly encryption: number;
  readonly features: bigint;
  readonly extensionsAt: number;
  readonly backing: { readonly offset: number; readonly length: number } | null;
}

export const inspectQcow2 = async (source: ByteSource): Promise<DiskInfo> => {
  const header = parseHeader(await source.read(0, Math.min(source.size, MAX_HEADER_BYTES), 'The header'));
  const extensions = await readExtensions(source, header);
  const name = await readBackingName(source, header);
  const externalData = (header.features & FEATURE.externalData) !== 0n;
  const dataFile = externalData ? (extensions.get(EXTENSION.dataFile)?.toString('utf8') ?? '') : null;
  const backing =
    name === null ? null : { name, format: extensions.get(EXTENSION.backingFormat)?.toString('latin1') ?? null };
  return {
    format: 'qcow2',
    type: backing === null ? 'dynamic' : 'differencing',
    virtualSize: header.size,
    fileSize: source.size,
    blockSize: header.clusterSize,
    logicalSectorSize: 512,
    physicalSectorSize: 512,
    id: null,
    dataWriteId: null,
    parent: null,
    backing,
    dataFile,
    hazards: findHazards(header, backing, dataFile),
  };
};

const parseHeader = (bytes: Buffer): Header => {
  if (bytes.length < V2_BYTES || bytes.readUInt32BE(0) !== MAGIC) throw new DiskFormatError('It is no qcow2 file', 0);
  const version = bytes.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw new DiskFormatError(`The qcow2 version ${version} is not known`, 4);
  if (version === 3 && bytes.length < V3_BYTES) throw new DiskFormatError('The header is cut off', 0);
  const clusterBits = bytes.readUInt32BE(20);
  if (clusterBits < 9 || clusterBits > 21) throw new DiskFormatError(`Clusters cannot have 2^${clusterBits} bytes`, 20);
  const clusterSize = 2 ** clusterBits;
  const size = readSize(bytes.readBigUInt64BE(24), 'The size of the disk', 24);
  const l1Entries = bytes.readUInt32BE(36);
  const l1Offset = readSize(bytes.readBigUInt64BE(40), 'The offset of the first-level table', 40);
  const features = version === 3 ? bytes.readBigUInt64BE(72) : 0n;
  const entryBytes = (features & FEATURE.extendedL2) === 0n ? 8 : 16;
  if (l1Entries > MAX_L1_ENTRIES || l1Entries < Math.ceil(size / (clusterSize * (clusterSize / entryBytes))))
    throw new DiskFormatError(
      `The first-level table has ${l1Entries} entries, which does not fit the size of the disk`,
      36,
    );
  if (l1Offset % clusterSize !== 0) throw new DiskFormatError('The first-level table is not in its place', 40);
  const length = version === 3 ? bytes.readUInt32BE(100) : V2_BYTES;
  if (version === 3 && (length < V3_BYTES || length > clusterSize || length % 8 !== 0))
    throw new DiskFormatError(`The header cannot have ${length} bytes`, 100);
  return {
    clusterSize,
    size,
    encryption: bytes.readUInt32BE(32),
    features,
    extensionsAt: length,
    backing: parseBacking(bytes, clusterSize),
  };
};

const parseBacking = (bytes: Buffer, clusterSize: number): Header['backing'] => {
  const offset = readSize(bytes.readBigUInt64BE(8), 'The offset of the name of the backing file', 8);
  const length = bytes.readUInt32BE(16);
  if (offset === 0) return null;
  if (length > MAX_BACKING_NAME || offset < V2_BYTES || offset + length > clusterSize)
    throw new DiskFormatError('The name of the backing file is not in its place', 8);
  return { offset, length };
};

/** Extensions lie between the header and the backing name, inside of the first cluster. */
const readExtensions = async (source: ByteSource, header: Header): Promise<ReadonlyMap<number, Buffer>> => {
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

const readBackingName = async (source: ByteSource, { backing }: Header): Promise<string | null> => {
  if (backing === null) return null;
  const bytes = await source.read(backing.offset, backing.length, 'The name of the backing file');
  return bytes.toString('utf8');
};

const findHazards = (header: Header, backing: DiskInfo['backing'], dataFile: string | null): readonly DiskHazard[] => {
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
  return hazards;
};

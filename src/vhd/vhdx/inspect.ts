import { DiskFormatError, type DiskHazard, type DiskInfo } from '../disk-info.ts';
import type { ByteSource } from '../source.ts';
import { readVhdxHeader } from './headers.ts';
import { readVhdxMetadata, type VhdxMetadata } from './metadata.ts';
import { readVhdxRegions } from './regions.ts';

export const inspectVhdx = async (source: ByteSource): Promise<DiskInfo> => {
  const { header, damaged } = await readVhdxHeader(source);
  const regions = await readVhdxRegions(source, header);
  const metadata = await readVhdxMetadata(source, regions.metadata);
  if (batBytes(metadata) > regions.bat.length)
    throw new DiskFormatError('The block table is too short for the size of the disk', regions.bat.offset);
  const hazards: DiskHazard[] = [];
  if (metadata.hasParent)
    hazards.push({
      kind: 'differencing',
      fatal: true,
      message: 'It is a differencing VHDX, which holds only what differs from its parent and is nothing without it.',
    });
  if (header.logId !== null)
    hazards.push({
      kind: 'notClosed',
      fatal: false,
      message: 'Its last writer did not close it; the log is replayed when it is opened for writing.',
    });
  if (damaged || regions.damaged)
    hazards.push({
      kind: 'copyDamaged',
      fatal: false,
      message: 'One of two copies of a header is damaged; the other one is used.',
    });
  return {
    format: 'vhdx',
    type: metadata.hasParent ? 'differencing' : metadata.leaveAllocated ? 'fixed' : 'dynamic',
    virtualSize: metadata.diskSize,
    fileSize: source.size,
    blockSize: metadata.blockSize,
    logicalSectorSize: metadata.logicalSectorSize,
    physicalSectorSize: metadata.physicalSectorSize,
    id: metadata.diskId,
    dataWriteId: header.dataWriteId,
    parent: metadata.parent,
    backing: null,
    dataFile: null,
    hazards,
  };
};

/** After every `chunk` payload entries comes one for their sector bitmap (MS-VHDX §2.5). */
export const batBytes = ({
  diskSize,
  blockSize,
  logicalSectorSize,
  hasParent,
}: Pick<VhdxMetadata, 'diskSize' | 'blockSize' | 'logicalSectorSize' | 'hasParent'>): number => {
  const chunk = (2 ** 23 * logicalSectorSize) / blockSize;
  const payload = Math.ceil(diskSize / blockSize);
  const entries = hasParent ? Math.ceil(payload / chunk) * (chunk + 1) : payload + Math.floor((payload - 1) / chunk);
  return entries * 8;
};

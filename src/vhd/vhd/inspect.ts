import { DiskFormatError, type DiskHazard, type DiskInfo } from '../disk-info.ts';
import type { ByteSource } from '../source.ts';
import { parseVhdFooter, VHD_FOOTER_BYTES, type VhdFooter } from './footer.ts';
import { readVhdHeader } from './header.ts';

const SECTOR = 512;

export const inspectVhd = async (source: ByteSource): Promise<DiskInfo> => {
  const hazards: DiskHazard[] = [];
  const footer = await readVhdFooter(source, hazards);
  const base = {
    format: 'vhd',
    type: footer.type,
    virtualSize: footer.currentSize,
    fileSize: source.size,
    logicalSectorSize: SECTOR,
    physicalSectorSize: SECTOR,
    id: footer.id,
    dataWriteId: null,
    backing: null,
    dataFile: null,
  } as const;
  if (footer.type === 'fixed') {
    if (footer.currentSize !== source.size - VHD_FOOTER_BYTES)
      throw new DiskFormatError(
        `The footer tells a disk of ${footer.currentSize} bytes, and the file holds ${source.size - VHD_FOOTER_BYTES}`,
        source.size - VHD_FOOTER_BYTES,
      );
    return { ...base, blockSize: 0, parent: null, hazards };
  }
  const header = await readVhdHeader(source, footer.dataOffset);
  if (header.tableEntries * header.blockSize < footer.currentSize)
    throw new DiskFormatError('The block table is too short for the size of the disk', header.tableOffset);
  const differencing = footer.type === 'differencing';
  if (differencing)
    hazards.push({
      kind: 'differencing',
      fatal: true,
      message:
        'It is a differencing VHD, which holds only what differs from its parent and is never written. Import its machine, or attach a qcow2 overlay whose backing file it is.',
    });
  return { ...base, blockSize: header.blockSize, parent: differencing ? header.parent : null, hazards };
};

/** The footer at the end counts; its copy at the beginning stands in for a damaged one, as the format has it. */
export const readVhdFooter = async (source: ByteSource, hazards: DiskHazard[]): Promise<VhdFooter> => {
  const at = source.size - VHD_FOOTER_BYTES;
  if (at < 0) throw new DiskFormatError('The file is too short for a VHD footer');
  try {
    return parseVhdFooter(await source.read(at, VHD_FOOTER_BYTES, 'The VHD footer'), at);
  } catch (error) {
    if (!(error instanceof DiskFormatError)) throw error;
    const copy = await copyOrNull(source);
    // A fixed disk has no copy: what lies at its beginning is the guest's, and a guest can write anything.
    if (copy === null || copy.type === 'fixed') throw error;
    hazards.push({
      kind: 'copyDamaged',
      fatal: false,
      message: 'The footer at the end of the file is damaged; its copy at the beginning is used.',
    });
    return copy;
  }
};

const copyOrNull = async (source: ByteSource): Promise<VhdFooter | null> => {
  try {
    return parseVhdFooter(await source.read(0, VHD_FOOTER_BYTES, 'The copy of the VHD footer'), 0);
  } catch (error) {
    if (error instanceof DiskFormatError) return null;
    throw error;
  }
};

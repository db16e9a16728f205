import { extname } from 'node:path';
import { type DiskImageFormat, DiskFormatError } from './disk-info.ts';

/** The name of a file tells its true format (architecture §6); nothing is ever probed. */
const FORMATS: Readonly<Record<string, DiskImageFormat>> = {
  '.vhd': 'vhd',
  '.avhd': 'vhd',
  '.vhdx': 'vhdx',
  '.avhdx': 'vhdx',
  '.qcow2': 'qcow2',
  '.raw': 'raw',
  '.img': 'raw',
  '.vfd': 'raw',
  '.flp': 'raw',
  '.iso': 'iso',
};

export const DISK_ENDINGS: readonly string[] = Object.keys(FORMATS);

export const formatOfName = (file: string): DiskImageFormat => {
  const ending = extname(file).toLowerCase();
  if (ending === '.vhds')
    throw new DiskFormatError(
      'A VHD set (.vhds) is a shared disk of a Hyper-V cluster, whose file is described nowhere. Convert it to a VHDX there.',
    );
  const format = FORMATS[ending];
  if (format === undefined)
    throw new DiskFormatError(
      `The ending of the file's name tells no known format. Known are ${Object.keys(FORMATS).join(', ')}.`,
    );
  return format;
};

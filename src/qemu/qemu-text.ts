import type { DomainErrorCode } from '../core/errors.ts';
import type { DiskSpec } from '../core/machine-spec.ts';
import { diskNode } from './command-line/ids.ts';

/** What a text of QEMU means to a client. */
export interface QemuReading {
  readonly code: DomainErrorCode;
  /** What clients look for (jobs-and-errors §9). */
  readonly hresult: string | null;
  /** The end of a sentence about the machine, and what to do. */
  readonly why: string;
  /** Id of the disk that it is about. */
  readonly disk: string | null;
}

interface Row {
  readonly pattern: RegExp;
  readonly code: DomainErrorCode;
  readonly hresult: string | null;
  /** `disk`: "the disk FILE" where QEMU names one. */
  readonly why: (disk: string) => string;
}

const ROWS: readonly Row[] = [
  {
    pattern: /Failed to get .* lock|Is another process using the image/,
    code: 'fileInUse',
    hresult: '0x80070020',
    why: (disk) => `${disk} is in use by another machine or program. Detach it there first`,
  },
  {
    pattern: /[Cc]annot allocate memory|cannot set up guest memory/,
    code: 'outOfMemory',
    hresult: '0x8007000E',
    why: () => 'the host has not enough free memory. Turn another machine off, or give this one less',
  },
  {
    pattern: /Could not open|Permission denied/,
    code: 'accessDenied',
    hresult: '0x80070005',
    why: (disk) => `${disk} cannot be opened. Check its permissions`,
  },
  {
    pattern: /could not configure \/dev\/net\/tun|Network is down/,
    code: 'notAvailable',
    hresult: null,
    why: () => 'a network adapter of it cannot be connected. Check the switch',
  },
  {
    pattern: /Could not access KVM|failed to initialize kvm/,
    code: 'notAvailable',
    hresult: null,
    why: () => 'KVM is not available any more. Start the service again to choose another accelerator',
  },
];

/** Null: nothing that we know. QEMU's own text belongs into the log: it names internals. `disks`: of the machine. */
export function readQemuText(text: string, disks: readonly DiskSpec[] = []): QemuReading | null {
  for (const { pattern, code, hresult, why } of ROWS) {
    const line = text.split('\n').find((candidate) => pattern.test(candidate));
    if (line === undefined) continue;
    const disk = disks.find(({ id }) => line.includes(diskNode(id)));
    return { code, hresult, why: why(fileOf(line, disk)), disk: disk?.id ?? null };
  }
  return null;
}

/** QEMU repeats the option that it could not take: a file is in it, or the node of a disk. */
function fileOf(line: string, disk: DiskSpec | undefined): string {
  const name = /"filename":\s*("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  try {
    if (name !== undefined) return `the disk ${JSON.parse(name) as string}`;
  } catch {
    // Cut off: the node may still tell.
  }
  return disk?.image === undefined || disk.image === null ? 'a disk of it' : `the disk ${disk.image.file}`;
}

import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { DomainError } from '../../core/errors.ts';
import { ADAPTER_SLOTS, SCSI_CONTROLLERS } from '../command-line/addresses.ts';

const isDistinct = (values: readonly number[]): boolean => new Set(values).size === values.length;

/**
 * A saved state: magic, header length, header (JSON), QEMU's migration stream, trailer (CRC-32 and length of the stream,
 * magic). The header holds what the machine must be built with again for the stream to fit. The trailer is written last,
 * so that a file without it is known to be half a state.
 *
 * In its shared form the guest's memory stands before all that, byte for byte, and a last trailer tells how much it is: QEMU
 * maps it privately, so that many machines start from one file without reading it (spec qemu §11).
 */
/** Identifier of an adapter. Records are bounded by the header's length. */
const adapterId = z.string().max(64);

/**
 * A header may come from an import folder, where anybody wrote it: each value becomes a part of QEMU's command line, and is
 * held to what we write ourselves.
 */
const headerShape = z.object({
  machineType: z.string().regex(/^pc-(?:i440fx|q35)-[a-z0-9.-]{1,40}$/),
  memoryMb: z.number().int().positive(),
  processors: z.number().int().positive(),
  adapterSlots: z
    .record(
      adapterId,
      z
        .number()
        .int()
        .nonnegative()
        .lt(Math.max(...Object.values(ADAPTER_SLOTS))),
    )
    .refine((slots) => isDistinct(Object.values(slots)), 'two adapters in one place'),
  controllers: z.array(z.number().int().nonnegative().lt(SCSI_CONTROLLERS)).refine(isDistinct, 'a controller twice'),
  peers: z.record(adapterId, z.enum(['tap', 'hub'])),
  /** Does it have the generation id device? Machines of former versions have none. */
  generationId: z.boolean().default(false),
  /** MAC addresses of the adapters; files of former versions do not tell. */
  macs: z.record(adapterId, z.string().max(17)).optional(),
});
export type SavedStateHeader = z.output<typeof headerShape>;

export interface SavedState {
  readonly header: SavedStateHeader;
  readonly streamOffset: number;
  readonly streamLength: number;
  readonly crc: number;
  /** Bytes of memory at the beginning of the file, in its shared form; null: it is in the stream. */
  readonly memoryBytes: number | null;
}

const MAGIC = Buffer.from('VSMSSAV1', 'latin1');
const END_MAGIC = Buffer.from('VSMSEND1', 'latin1');
const HEADER_LIMIT = 1024 * 1024;
const TRAILER_BYTES = 4 + 8 + END_MAGIC.length;
const SHARED_MAGIC = Buffer.from('VSMSMAP1', 'latin1');
const SHARED_TRAILER_BYTES = 8 + SHARED_MAGIC.length;

export function encodeHeader(header: SavedStateHeader): Buffer {
  const text = Buffer.from(JSON.stringify(header), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([MAGIC, length, text]);
}

export function encodeTrailer(crc: number, length: number): Buffer {
  const trailer = Buffer.alloc(12);
  trailer.writeUInt32BE(crc, 0);
  trailer.writeBigUInt64BE(BigInt(length), 4);
  return Buffer.concat([trailer, END_MAGIC]);
}

/** Ends a file in the shared form. */
export function encodeSharedTrailer(memoryBytes: number): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeBigUInt64BE(BigInt(memoryBytes));
  return Buffer.concat([trailer, SHARED_MAGIC]);
}

/** Rejects with DomainError when the file is no complete saved state. */
export async function readSavedState(handle: FileHandle): Promise<SavedState> {
  const { size } = await handle.stat();
  const end = await readExactly(handle, size - SHARED_TRAILER_BYTES, SHARED_TRAILER_BYTES);
  if (!end.subarray(8).equals(SHARED_MAGIC)) return { ...(await readPart(handle, 0, size)), memoryBytes: null };
  const memoryBytes = Number(end.readBigUInt64BE());
  const state = await readPart(handle, memoryBytes, size - SHARED_TRAILER_BYTES);
  if (memoryBytes !== state.header.memoryMb * 1024 * 1024) throw damaged();
  return { ...state, memoryBytes };
}

async function readPart(handle: FileHandle, from: number, size: number): Promise<Omit<SavedState, 'memoryBytes'>> {
  if (!Number.isSafeInteger(from)) throw damaged();
  const start = await readExactly(handle, from, MAGIC.length + 4);
  const headerLength = start.readUInt32BE(MAGIC.length);
  if (!start.subarray(0, MAGIC.length).equals(MAGIC) || headerLength > HEADER_LIMIT) throw damaged();
  const streamOffset = from + start.length + headerLength;
  const trailer = await readExactly(handle, size - TRAILER_BYTES, TRAILER_BYTES);
  const streamLength = Number(trailer.readBigUInt64BE(4));
  if (!trailer.subarray(12).equals(END_MAGIC) || streamOffset + streamLength + TRAILER_BYTES !== size) throw damaged();
  const header = headerShape.safeParse(parseJson(await readExactly(handle, from + start.length, headerLength)));
  if (!header.success) throw damaged(header.error);
  return { header: header.data, streamOffset, streamLength, crc: trailer.readUInt32BE(0) };
}

export function damaged(cause?: unknown): DomainError {
  return new DomainError(
    'failed',
    'The saved state is incomplete or damaged. Discard it and start the machine afresh.',
    { cause },
  );
}

/** `file` is not there. Clients look for its name and the code (jobs-and-errors §9). */
export function missing(file: string, cause: unknown): DomainError {
  return new DomainError(
    'failed',
    `The saved state '${file}' cannot be restored: the file does not exist. Discard the saved state to start the machine anew.`,
    { cause, hresult: '0x80070002' },
  );
}

async function readExactly(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  if (position < 0) throw damaged();
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead !== length) throw damaged();
  return bytes;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw damaged(cause);
  }
}

import { setImmediate } from 'node:timers/promises';
import { ALLOCATION_ID, type Session } from './handshake.ts';
import type { NbdLimits } from './exports.ts';
import type { ReplyBuffers } from './reply-buffers.ts';
import { CHUNK, CHUNK_DONE, COMMAND, COMMAND_FLAG, ERROR, MAGIC, STATE } from './protocol.ts';

export interface NbdRequest {
  readonly flags: number;
  readonly type: number;
  /** The client's own number, as it came. */
  readonly cookie: Buffer;
  readonly offset: number;
  readonly length: number;
  /** Of a write. */
  readonly data: Buffer | null;
  /** A piece of a read, after which others follow. */
  readonly more: boolean;
}

/** Of one chunk; what has just been read is sent while the processor still has it at hand. */
const PIECE_BYTES = 256 * 1024;

/** The chunks in which a request is answered: of a long read several, unless the client wants it in one. */
export const piecesOf = (session: Session, request: NbdRequest): readonly NbdRequest[] => {
  const { type, flags, offset, length } = request;
  const whole = !session.structured || type !== COMMAND.read || (flags & COMMAND_FLAG.df) !== 0;
  if (whole || length <= PIECE_BYTES || check(session, request) !== 0) return [request];
  return Array.from({ length: Math.ceil(length / PIECE_BYTES) }, (_, index) => {
    const done = index * PIECE_BYTES;
    const rest = length - done;
    return { ...request, offset: offset + done, length: Math.min(PIECE_BYTES, rest), more: rest > PIECE_BYTES };
  });
};

/** Whether nothing follows this answer: an error ends a request, whatever piece it came from. */
export const isLast = (reply: Buffer): boolean => (reply.readUInt16BE(4) & CHUNK_DONE) !== 0;

const SIMPLE_BYTES = 16;
const CHUNK_BYTES = 20;

/** What all requests of one connection are answered with. */
export interface Answering {
  readonly session: Session;
  readonly limits: NbdLimits;
  readonly buffers: ReplyBuffers;
  /** Why a disk could not be read or written. */
  readonly report: (error: unknown) => void;
}

/**
 * The whole answer to one request, or to a piece of one; at once where nothing has to be waited for. Never throws or
 * rejects: what goes wrong with a disk is an I/O error to the client, and its reason goes to `report`.
 */
export const answer = (to: Answering, request: NbdRequest): Buffer | Promise<Buffer> => {
  const { session } = to;
  const code = check(session, request);
  if (code !== 0) return failure(session, request, code);
  try {
    return request.type === COMMAND.read ? (readNow(to, request) ?? later(to, request)) : later(to, request);
  } catch (error) {
    return failed(to, request, error);
  }
};

const later = async (to: Answering, request: NbdRequest): Promise<Buffer> => {
  const { session } = to;
  const { sink } = session.export;
  try {
    switch (request.type) {
      case COMMAND.read:
        return await read(to, request);
      case COMMAND.write:
        await sink?.write(request.offset, request.data ?? Buffer.alloc(0));
        if ((request.flags & COMMAND_FLAG.fua) !== 0) await sink?.flush();
        return success(session, request);
      case COMMAND.writeZeroes:
        await sink?.zero?.(request.offset, request.length);
        if ((request.flags & COMMAND_FLAG.fua) !== 0) await sink?.flush();
        return success(session, request);
      case COMMAND.flush:
        await sink?.flush();
        return success(session, request);
      default:
        return await blockStatus(session, request, to.limits);
    }
  } catch (error) {
    return failed(to, request, error);
  }
};

const failed = ({ session, report }: Answering, request: NbdRequest, error: unknown): Buffer => {
  report(error);
  return failure(session, request, (error as NodeJS.ErrnoException).code === 'ENOSPC' ? ERROR.noSpace : ERROR.io);
};

/** An error number, or 0. */
const check = ({ export: { source, sink }, allocation }: Session, request: NbdRequest): number => {
  const { type, offset, length } = request;
  // Where it is offered it may come with every command, and only with writes it has a meaning.
  const flags = sink === null ? request.flags : request.flags & ~COMMAND_FLAG.fua;
  if (type === COMMAND.flush) return flags === 0 && offset === 0 && length === 0 ? 0 : ERROR.invalid;
  const allowed = ALLOWED_FLAGS.get(type);
  if (allowed === undefined) return ERROR.notSupported;
  const writes = WRITES.has(type);
  if (writes && sink === null) return ERROR.perm;
  if (type === COMMAND.writeZeroes && sink?.zero === undefined) return ERROR.notSupported;
  if ((flags & ~allowed) !== 0 || length === 0) return ERROR.invalid;
  const unit = writes ? (sink?.sectorSize ?? 1) : 1;
  if (offset % unit !== 0 || length % unit !== 0) return ERROR.invalid;
  if (type === COMMAND.blockStatus && !allocation) return ERROR.invalid;
  if (offset + length > source.size) return writes ? ERROR.noSpace : ERROR.invalid;
  return 0;
};

const ALLOWED_FLAGS: ReadonlyMap<number, number> = new Map([
  [COMMAND.read, COMMAND_FLAG.df],
  [COMMAND.write, 0],
  // Whether zeros take room is ours to choose.
  [COMMAND.writeZeroes, COMMAND_FLAG.noHole],
  [COMMAND.blockStatus, COMMAND_FLAG.reqOne],
]);

const WRITES: ReadonlySet<number> = new Set([COMMAND.write, COMMAND.writeZeroes]);

/** Null: something has to be waited for. */
const readNow = (to: Answering, request: NbdRequest): Buffer | null => {
  const { source } = to.session.export;
  if (source.readNow === undefined) return null;
  const { reply, data } = dataReply(to, request);
  const kind = source.readNow(request.offset, data);
  if (kind === 'data') return reply;
  if (kind === 'zero' && !to.session.structured) data.fill(0);
  else to.buffers.give(reply);
  return kind === null ? null : to.session.structured ? hole(request) : reply;
};

const read = async (to: Answering, request: NbdRequest): Promise<Buffer> => {
  const { session } = to;
  const { source } = session.export;
  const { offset, length } = request;
  if (session.structured && length >= HOLE_BYTES) {
    const extent = await source.extent(offset, length);
    if (extent.kind === 'zero' && extent.length === length) return hole(request);
  }
  const { reply, data } = dataReply(to, request);
  await source.read(offset, data);
  return reply;
};

/** One buffer for the head and the data, which are read in their place. */
const dataReply = (
  { session, buffers }: Answering,
  request: NbdRequest,
): { readonly reply: Buffer; readonly data: Buffer } => {
  const { offset, length } = request;
  if (!session.structured) {
    const reply = buffers.take(SIMPLE_BYTES + length);
    simpleHead(reply, request, 0);
    return { reply, data: reply.subarray(SIMPLE_BYTES) };
  }
  const reply = buffers.take(CHUNK_BYTES + 8 + length);
  chunkHead(reply, request, CHUNK.offsetData, request.more ? 0 : CHUNK_DONE);
  writeOffset(reply, CHUNK_BYTES, offset);
  return { reply, data: reply.subarray(CHUNK_BYTES + 8) };
};

/** Zeros of at least this length are told, not sent; for less the question costs more than the answer. */
const HOLE_BYTES = 16 * 1024;

const hole = (request: NbdRequest): Buffer => {
  const reply = chunk(request, CHUNK.offsetHole, 12, request.more ? 0 : CHUNK_DONE);
  writeOffset(reply, CHUNK_BYTES, request.offset);
  reply.writeUInt32BE(request.length, CHUNK_BYTES + 8);
  return reply;
};

/** Extents that are looked up before others have their turn. */
const YIELD_EVERY = 16;

const blockStatus = async (
  { export: { source } }: Session,
  request: NbdRequest,
  limits: NbdLimits,
): Promise<Buffer> => {
  const most = (request.flags & COMMAND_FLAG.reqOne) === 0 ? limits.extents : 1;
  const found: { length: number; state: number }[] = [];
  // Told of less than was asked, a client asks again; a disk in crumbs must not keep the others waiting.
  for (let done = 0, asked = 0; done < request.length && asked < limits.extents; asked++) {
    if (asked % YIELD_EVERY === YIELD_EVERY - 1) await setImmediate();
    const extent = await source.extent(request.offset + done, request.length - done);
    const state = extent.kind === 'zero' ? STATE.hole | STATE.zero : 0;
    const last = found.at(-1);
    if (last?.state === state) last.length += extent.length;
    else if (found.length === most) break;
    else found.push({ length: extent.length, state });
    done += extent.length;
  }
  const reply = chunk(request, CHUNK.blockStatus, 4 + found.length * 8);
  reply.writeUInt32BE(ALLOCATION_ID, CHUNK_BYTES);
  for (const [index, { length, state }] of found.entries()) {
    reply.writeUInt32BE(length, CHUNK_BYTES + 4 + index * 8);
    reply.writeUInt32BE(state, CHUNK_BYTES + 8 + index * 8);
  }
  return reply;
};

const success = ({ structured }: Session, request: NbdRequest): Buffer =>
  structured ? chunk(request, CHUNK.none, 0) : simple(request, 0);

/** Structured, with no text: what went wrong inside is not the client's to know. */
const failure = ({ structured }: Session, request: NbdRequest, code: number): Buffer => {
  if (!structured) return simple(request, code);
  const reply = chunk(request, CHUNK.error, 6);
  reply.writeUInt32BE(code, CHUNK_BYTES);
  reply.writeUInt16BE(0, CHUNK_BYTES + 4);
  return reply;
};

const simple = (request: NbdRequest, code: number): Buffer => {
  const reply = Buffer.alloc(SIMPLE_BYTES);
  simpleHead(reply, request, code);
  return reply;
};

const simpleHead = (reply: Buffer, request: NbdRequest, code: number): void => {
  reply.writeUInt32BE(MAGIC.simpleReply, 0);
  reply.writeUInt32BE(code, 4);
  request.cookie.copy(reply, 8);
};

const chunk = (request: NbdRequest, type: number, length: number, flags: number = CHUNK_DONE): Buffer => {
  const reply = Buffer.allocUnsafe(CHUNK_BYTES + length);
  chunkHead(reply, request, type, flags);
  return reply;
};

const chunkHead = (reply: Buffer, request: NbdRequest, type: number, flags: number): void => {
  reply.writeUInt32BE(MAGIC.structuredReply, 0);
  reply.writeUInt16BE(flags, 4);
  reply.writeUInt16BE(type, 6);
  request.cookie.copy(reply, 8);
  reply.writeUInt32BE(reply.length - CHUNK_BYTES, 16);
};

const writeOffset = (reply: Buffer, at: number, offset: number): void => {
  reply.writeUInt32BE(Math.floor(offset / 2 ** 32), at);
  reply.writeUInt32BE(offset % 2 ** 32, at + 4);
};

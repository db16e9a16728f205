import { setImmediate } from 'node:timers/promises';
import { ALLOCATION_ID, type Session } from './handshake.ts';
import type { NbdLimits } from './exports.ts';
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
}

const SIMPLE_BYTES = 16;
const CHUNK_BYTES = 20;

/**
 * The whole answer to one request. Never rejects: what goes wrong with a disk is an I/O error to the client, and its
 * reason goes to `report`.
 */
export const answer = async (
  session: Session,
  request: NbdRequest,
  limits: NbdLimits,
  report: (error: unknown) => void,
): Promise<Buffer> => {
  const code = check(session, request);
  if (code !== 0) return failure(session, request, code);
  try {
    switch (request.type) {
      case COMMAND.read:
        return await read(session, request);
      case COMMAND.write:
        await session.export.sink?.write(request.offset, request.data ?? Buffer.alloc(0));
        if ((request.flags & COMMAND_FLAG.fua) !== 0) await session.export.sink?.flush();
        return success(session, request);
      case COMMAND.flush:
        await session.export.sink?.flush();
        return success(session, request);
      default:
        return await blockStatus(session, request, limits);
    }
  } catch (error) {
    report(error);
    return failure(session, request, (error as NodeJS.ErrnoException).code === 'ENOSPC' ? ERROR.noSpace : ERROR.io);
  }
};

/** An error number, or 0. */
const check = ({ export: { source, sink }, allocation }: Session, request: NbdRequest): number => {
  const { type, flags, offset, length } = request;
  if (type === COMMAND.flush) return flags === 0 && offset === 0 && length === 0 ? 0 : ERROR.invalid;
  const allowed = ALLOWED_FLAGS.get(type);
  if (allowed === undefined) return ERROR.notSupported;
  if (type === COMMAND.write && sink === null) return ERROR.perm;
  if ((flags & ~allowed) !== 0 || length === 0) return ERROR.invalid;
  if (type === COMMAND.blockStatus && !allocation) return ERROR.invalid;
  if (offset + length > source.size) return type === COMMAND.write ? ERROR.noSpace : ERROR.invalid;
  return 0;
};

const ALLOWED_FLAGS: ReadonlyMap<number, number> = new Map([
  [COMMAND.read, COMMAND_FLAG.df],
  [COMMAND.write, COMMAND_FLAG.fua],
  [COMMAND.blockStatus, COMMAND_FLAG.reqOne],
]);

const read = async ({ export: { source }, structured }: Session, request: NbdRequest): Promise<Buffer> => {
  const { offset, length } = request;
  if (!structured) {
    const reply = Buffer.allocUnsafe(SIMPLE_BYTES + length);
    simpleHead(reply, request, 0);
    await source.read(offset, reply.subarray(SIMPLE_BYTES));
    return reply;
  }
  if (length >= HOLE_BYTES) {
    const extent = await source.extent(offset, length);
    if (extent.kind === 'zero' && extent.length === length) return hole(request);
  }
  // The offset, then the data: one buffer, read in its place, sent as it is.
  const reply = chunk(request, CHUNK.offsetData, 8 + length);
  writeOffset(reply, CHUNK_BYTES, offset);
  await source.read(offset, reply.subarray(CHUNK_BYTES + 8));
  return reply;
};

/** Zeros of at least this length are told, not sent; for less the question costs more than the answer. */
const HOLE_BYTES = 16 * 1024;

const hole = (request: NbdRequest): Buffer => {
  const reply = chunk(request, CHUNK.offsetHole, 12);
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

const chunk = (request: NbdRequest, type: number, length: number): Buffer => {
  const reply = Buffer.allocUnsafe(CHUNK_BYTES + length);
  reply.writeUInt32BE(MAGIC.structuredReply, 0);
  reply.writeUInt16BE(CHUNK_DONE, 4);
  reply.writeUInt16BE(type, 6);
  request.cookie.copy(reply, 8);
  reply.writeUInt32BE(length, 16);
  return reply;
};

const writeOffset = (reply: Buffer, at: number, offset: number): void => {
  reply.writeUInt32BE(Math.floor(offset / 2 ** 32), at);
  reply.writeUInt32BE(offset % 2 ** 32, at + 4);
};

import type { NbdExport, NbdLimits } from './exports.ts';
import { BASE_ALLOCATION, EXPORT_FLAG, INFO, MAGIC, MAX_NAME_BYTES, OPTION, REPLY } from './protocol.ts';

/** What was agreed when transmission begins. */
export interface Session {
  readonly export: NbdExport;
  readonly structured: boolean;
  /** base:allocation, under number 1. */
  readonly allocation: boolean;
}

export type Step =
  | { readonly kind: 'more'; readonly send: readonly Buffer[] }
  | { readonly kind: 'transmission'; readonly send: readonly Buffer[]; readonly session: Session }
  | { readonly kind: 'end'; readonly send: readonly Buffer[] };

/** The number of base:allocation, as the server chooses it. */
export const ALLOCATION_ID = 1;

/** Preferred size of requests; every other is allowed, for a disk that is written in whole sectors of it. */
const PREFERRED_BYTES = 4096;

/** The haggling over options, one after the other; no socket in here. */
export class Handshake {
  readonly #exports: ReadonlyMap<string, NbdExport>;
  readonly #limits: NbdLimits;
  readonly #noZeroes: boolean;
  #structured = false;
  #allocationOf: string | null = null;

  constructor(exports: ReadonlyMap<string, NbdExport>, limits: NbdLimits, noZeroes: boolean) {
    this.#exports = exports;
    this.#limits = limits;
    this.#noZeroes = noZeroes;
  }

  option(option: number, data: Buffer): Step {
    switch (option) {
      case OPTION.exportName:
        return this.#exportName(data.toString('utf8'));
      case OPTION.abort:
        return { kind: 'end', send: [optionReply(option, REPLY.ack)] };
      case OPTION.list:
        return more(data.length === 0 ? this.#list() : [refuse(option, REPLY.invalid)]);
      case OPTION.info:
      case OPTION.go:
        return this.#info(option, data);
      case OPTION.structuredReply:
        if (data.length > 0) return more([refuse(option, REPLY.invalid)]);
        this.#structured = true;
        return more([optionReply(option, REPLY.ack)]);
      case OPTION.listMetaContext:
      case OPTION.setMetaContext:
        return more(this.#metaContext(option, data));
      default:
        return more([refuse(option, REPLY.unsupported)]);
    }
  }

  #session(chosen: NbdExport): Session {
    return { export: chosen, structured: this.#structured, allocation: this.#allocationOf === chosen.name };
  }

  /** The old way: no error can be told, only the connection be closed. */
  #exportName(name: string): Step {
    const chosen = this.#exports.get(name);
    if (chosen === undefined) return { kind: 'end', send: [] };
    const reply = Buffer.alloc(this.#noZeroes ? 10 : 134);
    reply.writeBigUInt64BE(BigInt(chosen.source.size), 0);
    reply.writeUInt16BE(flagsOf(chosen, this.#structured), 8);
    return { kind: 'transmission', send: [reply], session: this.#session(chosen) };
  }

  #list(): readonly Buffer[] {
    const entries = [...this.#exports.keys()].map((name) => optionReply(OPTION.list, REPLY.server, counted(name)));
    return [...entries, optionReply(OPTION.list, REPLY.ack)];
  }

  #info(option: number, data: Buffer): Step {
    const name = nameAt(data, 0);
    if (name === null || data.length < name.end + 2) return more([refuse(option, REPLY.invalid)]);
    const count = data.readUInt16BE(name.end);
    if (data.length !== name.end + 2 + count * 2) return more([refuse(option, REPLY.invalid)]);
    const chosen = this.#exports.get(name.text);
    if (chosen === undefined) return more([refuse(option, REPLY.unknown)]);
    const wanted = Array.from({ length: count }, (_, i) => data.readUInt16BE(name.end + 2 + i * 2));
    const send = [
      optionReply(option, REPLY.info, exportInfo(chosen, this.#structured)),
      optionReply(option, REPLY.info, this.#blockSize(chosen)),
    ];
    if (wanted.includes(INFO.name)) {
      const type = Buffer.alloc(2);
      type.writeUInt16BE(INFO.name);
      send.push(optionReply(option, REPLY.info, Buffer.concat([type, Buffer.from(chosen.name)])));
    }
    send.push(optionReply(option, REPLY.ack));
    return option === OPTION.go ? { kind: 'transmission', send, session: this.#session(chosen) } : more(send);
  }

  #blockSize({ sink }: NbdExport): Buffer {
    const bytes = Buffer.alloc(14);
    bytes.writeUInt16BE(INFO.blockSize, 0);
    bytes.writeUInt32BE(sink?.sectorSize ?? 1, 2);
    bytes.writeUInt32BE(PREFERRED_BYTES, 6);
    bytes.writeUInt32BE(this.#limits.requestBytes, 10);
    return bytes;
  }

  #metaContext(option: number, data: Buffer): readonly Buffer[] {
    const name = nameAt(data, 0);
    if (!this.#structured || name === null || data.length < name.end + 4) return [refuse(option, REPLY.invalid)];
    if (!this.#exports.has(name.text)) return [refuse(option, REPLY.unknown)];
    const queries: string[] = [];
    let at = name.end + 4;
    for (let left = data.readUInt32BE(name.end); left > 0; left--) {
      const query = nameAt(data, at);
      if (query === null) return [refuse(option, REPLY.invalid)];
      queries.push(query.text);
      at = query.end;
    }
    if (at !== data.length) return [refuse(option, REPLY.invalid)];
    const set = option === OPTION.setMetaContext;
    const found = queries.includes(BASE_ALLOCATION) || (!set && (queries.length === 0 || queries.includes('base:')));
    if (set) this.#allocationOf = found ? name.text : null;
    const context = Buffer.alloc(4);
    context.writeUInt32BE(ALLOCATION_ID);
    const entry = optionReply(option, REPLY.metaContext, Buffer.concat([context, Buffer.from(BASE_ALLOCATION)]));
    return [...(found ? [entry] : []), optionReply(option, REPLY.ack)];
  }
}

const more = (send: readonly Buffer[]): Step => ({ kind: 'more', send });

/** Not to fragment means something in structured replies only, and must not be offered without them. */
const flagsOf = ({ sink }: NbdExport, structured: boolean): number =>
  EXPORT_FLAG.hasFlags |
  (structured ? EXPORT_FLAG.df : 0) |
  EXPORT_FLAG.multiConn |
  (sink === null
    ? EXPORT_FLAG.readOnly
    : EXPORT_FLAG.flush | EXPORT_FLAG.fua | (sink.zero === undefined ? 0 : EXPORT_FLAG.writeZeroes));

const exportInfo = (chosen: NbdExport, structured: boolean): Buffer => {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(INFO.export, 0);
  bytes.writeBigUInt64BE(BigInt(chosen.source.size), 2);
  bytes.writeUInt16BE(flagsOf(chosen, structured), 10);
  return bytes;
};

/** A length of 32 bits and a text. Null: not inside of the data. */
const nameAt = (data: Buffer, at: number): { readonly text: string; readonly end: number } | null => {
  if (data.length < at + 4) return null;
  const length = data.readUInt32BE(at);
  const end = at + 4 + length;
  return length > MAX_NAME_BYTES || end > data.length ? null : { text: data.toString('utf8', at + 4, end), end };
};

const counted = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const refuse = (option: number, reason: number): Buffer => optionReply(option, reason);

export const optionReply = (option: number, type: number, data: Buffer = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(20);
  head.writeBigUInt64BE(MAGIC.optionReply, 0);
  head.writeUInt32BE(option, 8);
  head.writeUInt32BE(type, 12);
  head.writeUInt32BE(data.length, 16);
  return Buffer.concat([head, data]);
};

/** Numbers of the NBD protocol (doc/proto.md of the NetworkBlockDevice project); everything is big-endian. */
export const MAGIC = {
  /** "NBDMAGIC", "IHAVEOPT". */
  hello: 0x4e42444d41474943n,
  option: 0x49484156454f5054n,
  optionReply: 0x0003_e889_0455_65a9n,
  request: 0x25609513,
  simpleReply: 0x67446698,
  structuredReply: 0x668e33ef,
} as const;

export const HANDSHAKE_FLAG = { fixedNewstyle: 1, noZeroes: 2 } as const;

export const OPTION = {
  exportName: 1,
  abort: 2,
  list: 3,
  startTls: 5,
  info: 6,
  go: 7,
  structuredReply: 8,
  listMetaContext: 9,
  setMetaContext: 10,
} as const;

export const REPLY = {
  ack: 1,
  server: 2,
  info: 3,
  metaContext: 4,
  unsupported: 0x8000_0001,
  policy: 0x8000_0002,
  invalid: 0x8000_0003,
  unknown: 0x8000_0006,
  tooBig: 0x8000_0009,
} as const;

export const INFO = { export: 0, name: 1, description: 2, blockSize: 3 } as const;

export const EXPORT_FLAG = {
  hasFlags: 1,
  readOnly: 2,
  flush: 4,
  fua: 8,
  writeZeroes: 64,
  df: 128,
  /** Several connections see one another's writes after a flush. */
  multiConn: 256,
} as const;

export const COMMAND = { read: 0, write: 1, disconnect: 2, flush: 3, writeZeroes: 6, blockStatus: 7 } as const;

export const COMMAND_FLAG = { fua: 1, noHole: 2, df: 4, reqOne: 8 } as const;

export const CHUNK = { none: 0, offsetData: 1, offsetHole: 2, blockStatus: 5, error: 0x8001 } as const;

export const CHUNK_DONE = 1;

/** Linux numbers, whatever the host. */
export const ERROR = { perm: 1, io: 5, invalid: 22, noSpace: 28, overflow: 75, notSupported: 95 } as const;

export const BASE_ALLOCATION = 'base:allocation';

/** Of base:allocation. */
export const STATE = { hole: 1, zero: 2 } as const;

export const REQUEST_BYTES = 28;
export const OPTION_HEADER_BYTES = 16;
export const MAX_NAME_BYTES = 4096;

/** Which rule a file breaks; for callers that must tell "too new" from "damaged". */
export type HvFileReason =
  | 'signature'
  | 'checksum'
  | 'version'
  | 'bounds'
  | 'structure'
  | 'encoding'
  | 'value'
  | 'missing'
  | 'limit';

/** Where in the file: a byte offset, and the path of a key; of a tree that is to be written, the path alone. */
export interface HvFilePlace {
  readonly offset?: number;
  readonly path?: string;
}

const said = (place: HvFilePlace): string => {
  const parts = [
    ...(place.path === undefined ? [] : [`in ${place.path}`]),
    ...(place.offset === undefined ? [] : [`at offset ${place.offset}`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
};

/** A definition file of Hyper-V that breaks a rule of its format. The message has no path of a host. */
export class HvFileError extends Error {
  readonly reason: HvFileReason;
  readonly offset: number | null;
  readonly path: string | null;
  /** `cause`: the error of which this one is told in more words, with its place. */
  constructor(reason: HvFileReason, message: string, place: HvFilePlace, cause: HvFileError | null = null) {
    super(`${message}${said(place)}`, cause === null ? {} : { cause });
    this.name = 'HvFileError';
    this.reason = reason;
    this.offset = place.offset ?? cause?.offset ?? null;
    this.path = place.path ?? cause?.path ?? null;
  }
}

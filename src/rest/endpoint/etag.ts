import { createHash } from 'node:crypto';

/** A strong tag of what is told; equal content has equal tags, over restarts too. */
export const etagOf = (body: unknown): string => etagOfJson(Buffer.from(JSON.stringify(body)));

export const etagOfJson = (json: Buffer): string =>
  `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`;

/** `If-Match` and `If-None-Match`: `*` or a list; weak marks are passed over. */
export const namesTag = (header: string, tag: string): boolean =>
  header.trim() === '*' ||
  header
    .split(',')
    .map((each) => each.trim().replace(/^W\//, ''))
    .includes(tag);

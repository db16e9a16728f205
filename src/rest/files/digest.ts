import { Problem } from '../problems/problem.ts';

/** A member of the dictionary (RFC 9530 §2, RFC 8941): an algorithm and bytes in base64 between colons. */
const MEMBER = /^([a-z][a-z0-9*._-]*)=:([A-Za-z0-9+/]*={0,2}):$/;
const SHA256_BYTES = 32;

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * SHA-256 that a request says of its content, by `Repr-Digest` or `Content-Digest`, which are the same for a whole file without
 * an encoding; null: it says none. Other algorithms are passed over, as the RFC has it.
 * @throws Problem invalid-request
 */
export const sha256Of = (headers: Headers): Buffer | null => saidBy(headers, ['repr-digest', 'content-digest']);

/** Of the content of this request alone, a part of a file (§2); `Repr-Digest` would be of the whole. @throws Problem invalid-request */
export const partSha256Of = (headers: Headers): Buffer | null => saidBy(headers, ['content-digest']);

const saidBy = (headers: Headers, names: readonly string[]): Buffer | null => {
  let found: Buffer | null = null;
  for (const name of names)
    for (const member of (headers[name] ?? '').split(',').map((each) => each.trim())) {
      if (member === '') continue;
      const [, algorithm, text = ''] = MEMBER.exec(member) ?? [];
      if (algorithm === undefined)
        throw new Problem('invalid-request', `${name} cannot be read. It looks like sha-256=:BASE64:.`);
      if (algorithm !== 'sha-256') continue;
      const digest = Buffer.from(text, 'base64');
      if (digest.length !== SHA256_BYTES)
        throw new Problem('invalid-request', `The sha-256 of ${name} has not 32 bytes.`);
      if (found !== null && !found.equals(digest))
        throw new Problem('invalid-request', 'The request says two different sha-256 of its content.');
      found = digest;
    }
  return found;
};

/** As a header says it. */
export const digestText = (sha256: Buffer): string => `sha-256=:${sha256.toString('base64')}:`;

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** Cost of one verification: OWASP's minimum for argon2id (19 MiB, 2 passes), about 20 ms here. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;

/** Of what somebody chooses, in characters, as NIST SP 800-63B has it; what it is made of is nobody's business. */
export const SHORTEST_PASSWORD = 8;

/** A stored verifier: the hash with all that is needed to compute it again. Never the password. */
export interface PasswordHash {
  readonly algorithm: 'argon2id';
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  /** base64 */
  readonly salt: string;
  /** base64 */
  readonly hash: string;
}

const derive = (
  password: string,
  salt: Buffer,
  cost: Omit<PasswordHash, 'algorithm' | 'salt' | 'hash'>,
  length: number,
) =>
  new Promise<Buffer>((resolve, reject) => {
    argon2(
      'argon2id',
      {
        message: Buffer.from(password, 'utf8'),
        nonce: salt,
        memory: cost.memory,
        passes: cost.passes,
        parallelism: cost.parallelism,
        tagLength: length,
      },
      (error, key) => (error === null ? resolve(key) : reject(error)),
    );
  });

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16);
  const { tagLength, ...cost } = COST;
  const hash = await derive(password, salt, cost, tagLength);
  return { algorithm: 'argon2id', ...cost, salt: salt.toString('base64'), hash: hash.toString('base64') };
}

export async function verifyPassword(password: string, stored: PasswordHash): Promise<boolean> {
  const expected = Buffer.from(stored.hash, 'base64');
  const actual = await derive(password, Buffer.from(stored.salt, 'base64'), stored, expected.length);
  return timingSafeEqual(actual, expected);
}

/** 24 characters of the unambiguous alphabet: about 139 bits, for the password printed at first start. */
export function randomPassword(): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  let text = '';
  while (text.length < 24) {
    for (const byte of randomBytes(32)) if (byte < 224 && text.length < 24) text += alphabet.charAt(byte % 56);
  }
  return text;
}

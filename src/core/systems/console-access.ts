import { invalid, quote } from './refusals.ts';

const MOST = 1024;
const LONGEST = 256;

/**
 * Names of accounts after a grant or a revocation; they compare without regard to case. A name that is there, or not there, already
 * changes nothing. @throws DomainError invalidParameter
 */
export const changedAccess = (
  now: readonly string[],
  what: 'grant' | 'revoke',
  names: readonly string[],
): readonly string[] => {
  const byName = new Map(now.map((name) => [name.toLowerCase(), name]));
  for (const name of names) {
    if (name.trim() === '' || name.length > LONGEST || /\p{Cc}/u.test(name))
      throw invalid(
        `${quote(name)} is no name of an account: it has 1 to ${LONGEST} characters, and no control characters.`,
      );
    const key = name.toLowerCase();
    if (what === 'revoke') byName.delete(key);
    else if (!byName.has(key)) byName.set(key, name);
  }
  if (byName.size > MOST) throw invalid(`A machine keeps the names of at most ${MOST} accounts. Revoke some first.`);
  return [...byName.values()];
};

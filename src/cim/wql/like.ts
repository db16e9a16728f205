import { upper } from './text.ts';

type Atom =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly has: (c: string) => boolean };

/** A LIKE pattern, compiled. */
export interface LikePattern {
  matches(text: string): boolean;
  /** Text before the first metacharacter, case as written. */
  readonly prefix: string;
  /** Text after the last metacharacter, in upper case. */
  readonly suffix: string;
  /** The pattern's text, in upper case, when it has no metacharacter: LIKE is then `=`. */
  readonly literal: string | null;
}

/**
 * `%` any run, `_` one character, `[abc]`, `[a-f]` or `[a=f]`, `[^a-f]`; backslash is an ordinary character and an
 * unclosed `[` stands for itself (spec wql §3). Case does not count.
 * Runs between `%` are searched left to right and never tried again, so no pattern makes matching explode.
 */
export function compileLike(pattern: string): LikePattern {
  const runs = parse(pattern);
  const first = runs[0] as Run;
  const last = runs.at(-1) as Run;
  const middle = runs.slice(1, -1);
  const total = runs.reduce((sum, run) => sum + run.length, 0);
  return {
    prefix: prefixOf(pattern),
    suffix: runs.length === 1 ? '' : (last.literal ?? ''),
    literal: runs.length === 1 ? first.literal : null,
    matches(text) {
      if (text.length < total) return false;
      const subject = upper(text);
      if (runs.length === 1) return subject.length === total && first.at(subject, 0);
      if (!first.at(subject, 0)) return false;
      let from = first.length;
      const end = subject.length - last.length;
      for (const run of middle) {
        const found = run.find(subject, from, end);
        if (found < 0) return false;
        from = found + run.length;
      }
      return from <= end && last.at(subject, end);
    },
  };
}

class Run {
  readonly length: number;
  /** The run as text when it has no `_` and no set. */
  readonly literal: string | null;
  readonly #atoms: readonly Atom[];
  constructor(atoms: readonly Atom[]) {
    this.#atoms = atoms;
    this.length = atoms.length;
    this.literal = atoms.every((a) => a.kind === 'char')
      ? atoms.map((a) => (a.kind === 'char' ? a.char : '')).join('')
      : null;
  }

  at(text: string, start: number): boolean {
    if (this.literal !== null) return text.startsWith(this.literal, start);
    return this.#atoms.every((atom, i) => {
      const c = text[start + i];
      return c !== undefined && (atom.kind === 'any' || (atom.kind === 'char' ? atom.char === c : atom.has(c)));
    });
  }

  /** First position from `start` where the run fits and ends by `end`; -1 when there is none. */
  find(text: string, start: number, end: number): number {
    if (this.literal !== null) {
      const found = text.indexOf(this.literal, start);
      return found >= 0 && found + this.length <= end ? found : -1;
    }
    for (let i = start; i + this.length <= end; i++) if (this.at(text, i)) return i;
    return -1;
  }
}

function parse(pattern: string): readonly Run[] {
  const runs: Run[] = [];
  let atoms: Atom[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === '%') {
      runs.push(new Run(atoms));
      atoms = [];
    } else if (c === '_') atoms.push({ kind: 'any' });
    else if (c === '[') {
      const close = closingBracket(pattern, i);
      if (close < 0) atoms.push({ kind: 'char', char: c });
      else {
        atoms.push(setOf(pattern.slice(i + 1, close)));
        i = close;
      }
    } else atoms.push({ kind: 'char', char: upper(c) });
  }
  runs.push(new Run(atoms));
  return runs;
}

/** `]` as the first member of a set is a member: `[]]`, `[^]]`. */
function closingBracket(pattern: string, open: number): number {
  const first = pattern[open + 1] === '^' ? open + 2 : open + 1;
  return pattern.indexOf(']', first + 1);
}

function setOf(body: string): Atom {
  const negated = body.startsWith('^') && body.length > 1;
  const members = upper(negated ? body.slice(1) : body);
  if (!negated && members.length === 1) return { kind: 'char', char: members };
  const ranges: (readonly [string, string])[] = [];
  for (let i = 0; i < members.length; i++) {
    const low = members[i] as string;
    const high = members[i + 2];
    if ((members[i + 1] === '-' || members[i + 1] === '=') && high !== undefined) {
      ranges.push(low <= high ? [low, high] : [high, low]);
      i += 2;
    } else ranges.push([low, low]);
  }
  return { kind: 'set', has: (c) => ranges.some(([low, high]) => c >= low && c <= high) !== negated };
}

const prefixOf = (pattern: string): string => /^[^%_[]*/.exec(pattern)?.[0] ?? '';

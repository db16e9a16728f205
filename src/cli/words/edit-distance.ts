/**
 * How many slips of fingers make one word of the other: a letter too many, too few or wrong, or two neighbours in each other's
 * place (Damerau and Levenshtein, no part is changed twice).
 */
export const editDistance = (from: string, to: string): number => {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, n) => n);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row.push(
        Math.min(
          at(row, j - 1) + 1,
          at(last, j) + 1,
          at(last, j - 1) + (same ? 0 : 1),
          swapped ? at(before, j - 2) + 1 : Infinity,
        ),
      );
    }
    before = last;
    last = row;
  }
  return at(last, to.length);
};

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;

/** Those of the words that a slip or two make of `word`, the nearest only; none for a word that is another one. */
export const nearest = (word: string, words: Iterable<string>): readonly string[] => {
  // As many slips as leave most of a word what it was: one of three letters, two of six.
  let least = Math.min(2, Math.floor(word.length / 3));
  let found: string[] = [];
  for (const each of new Set(words)) {
    const distance = editDistance(word.toLowerCase(), each.toLowerCase());
    if (distance > least || each === word) continue;
    if (distance < least) found = [];
    least = distance;
    found.push(each);
  }
  return found;
};

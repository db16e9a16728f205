/** CIM names compare without regard to case (DSP0004 §5.1.2.8); this is the one place that folds them. */
export const fold = (name: string): string => name.toLowerCase();

export const sameName = (a: string, b: string): boolean => a.length === b.length && fold(a) === fold(b);

/** A namespace in folded, backslash form for look-ups: `Root/Virtualization/V2` -> `root\virtualization\v2`. */
export const foldNamespace = (name: string): string => {
  const folded = fold(name).replaceAll('/', '\\');
  // By hand: a pattern that ends in `+$` takes a time that grows with the square of what a client sends.
  let [start, end] = [0, folded.length];
  while (folded[start] === '\\') start++;
  while (end > start && folded[end - 1] === '\\') end--;
  return folded.slice(start, end);
};

/** Order of names in wire output: alphabetical without regard to case (spec wire-wsman §6). */
export const byName = (a: string, b: string): number => {
  const x = fold(a);
  const y = fold(b);
  return x < y ? -1 : x > y ? 1 : 0;
};

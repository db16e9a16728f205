type Plain = { readonly [key: string]: unknown };

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What makes `after` of `before` (RFC 7396): only members that differ; undefined: nothing does. */
export function mergePatch(before: Plain, after: Plain): Plain | undefined {
  const changed = Object.entries(after).flatMap(([key, value]) => {
    const old = before[key];
    if (isPlain(value) && isPlain(old)) {
      const inner = mergePatch(old, value);
      return inner === undefined ? [] : [[key, inner] as const];
    }
    return JSON.stringify(value) === JSON.stringify(old) ? [] : [[key, value] as const];
  });
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** What a patch of `mergePatch` makes of a value; a null in it is one, for no member of ours is taken away. */
export function patched<T extends object>(value: T, patch: Plain | undefined): T {
  const changed = Object.entries(patch ?? {}).map(([key, wanted]) => {
    const old = (value as Plain)[key];
    return [key, isPlain(wanted) && isPlain(old) ? patched(old, wanted) : wanted] as const;
  });
  return { ...value, ...Object.fromEntries(changed) };
}

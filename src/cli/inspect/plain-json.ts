/**
 * Values as JSON can carry them: 64-bit integers as numbers where those are exact and as text where not, bytes in base64,
 * paths of keys as one text.
 */
export const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
  }
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => typeof inner !== 'function')
      .map(([name, inner]) => [name, plain(inner)]),
  );
};

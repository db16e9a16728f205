/** One argument or two of a command line. */
export type Arguments = readonly string[];

type OptionValue = string | number | boolean;

/**
 * Quotes a value for QEMU's `key=value,...` syntax, where only the comma has a meaning and is doubled to lose it.
 * NUL ends an argument and is refused: nothing after it may be lost silently (hardening 15).
 */
function quoteOptionValue(value: OptionValue): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const text = String(value);
  if (text.includes('\0')) throw new RangeError('a NUL in an option of QEMU');
  return text.replaceAll(',', ',,');
}

/** `-name first,key=value,...`; `first` is a word of ours, never a text from outside. */
export function keyed(
  option: string,
  first: string | null,
  values: Readonly<Record<string, OptionValue | null>>,
): Arguments {
  const pairs = Object.entries(values).flatMap(([key, value]) =>
    value === null ? [] : [`${key}=${quoteOptionValue(value)}`],
  );
  return [option, [...(first === null ? [] : [first]), ...pairs].join(',')];
}

/** An option that takes JSON: no quoting question arises. */
export function json(option: '-blockdev' | '-device' | '-netdev' | '-object', value: object): Arguments {
  const text = JSON.stringify(value, (_key, member: unknown) => {
    // An argument ends at NUL: nothing after it may be lost silently.
    if (typeof member === 'string' && member.includes('\0')) throw new RangeError('a NUL in an option of QEMU');
    return member;
  });
  return [option, text];
}

/** 16 hex digits. */
const WWPN = /^[0-9A-F]{16}$/i;

/** What GenerateWwpn gives once the range is used up; the call still answers 0 (management-service §2). */
export const EXHAUSTED_WWPN = '0000000000000000';

export const isWwpn = (text: string): boolean => WWPN.test(text);

export const formatWwpn = (value: bigint): string => value.toString(16).toUpperCase().padStart(16, '0');

export const parseWwpn = (text: string): bigint => BigInt(`0x${text}`);

/** Range of a service whose settings say nothing: 65 536 names under the prefix that Hyper-V hosts use. */
export const DEFAULT_WWPN_RANGE = { minimum: 'C003FF0000000000', maximum: 'C003FF000000FFFF' } as const;

/** Names made so far: the next one that the generator will give, inside minimum..maximum. */
export interface WwpnRange {
  readonly minimum: bigint;
  readonly maximum: bigint;
  /** Last name given out; null before the first. */
  readonly current: bigint | null;
}

/** `count` names after the current one, and the current one afterwards. */
export const takeWwpns = (
  range: WwpnRange,
  count: number,
): { readonly names: readonly string[]; readonly current: bigint | null } => {
  const names: string[] = [];
  let current = range.current;
  for (let i = 0; i < count; i += 1) {
    const next = current === null || current < range.minimum ? range.minimum : current + 1n;
    if (next > range.maximum) names.push(EXHAUSTED_WWPN);
    else {
      names.push(formatWwpn(next));
      current = next;
    }
  }
  return { names, current };
};

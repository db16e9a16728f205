import { randomInt } from 'node:crypto';

/** Runs of a fuzz: what the suite has time for; `VSMS_FUZZ_RUNS` for more (K34). */
export const fuzzRuns = (usual: number): number => Number(process.env['VSMS_FUZZ_RUNS'] ?? usual);

const { VSMS_FUZZ_SEED: chosen = '20261129' } = process.env;

/**
 * Every run tries the same, so that what failed fails again and a change is judged by what it changes. `VSMS_FUZZ_SEED=any` tries
 * something else each time; a failure tells the seed that brings it back.
 */
export const FUZZ_SEED = chosen === 'any' ? randomInt(2 ** 31) : Number(chosen);

/** For fast-check, whose failures tell the seed and the smallest input. */
export const fuzz = (usual: number): { readonly numRuns: number; readonly seed: number } => ({
  numRuns: fuzzRuns(usual),
  seed: FUZZ_SEED,
});

/** For what has no shrinking: the failure of one input, with what makes it again. */
export const fuzzed = async <T>(what: string, work: () => Promise<T> | T): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    throw new Error(`${what}, VSMS_FUZZ_SEED=${FUZZ_SEED}: ${String(cause)}`, { cause });
  }
};

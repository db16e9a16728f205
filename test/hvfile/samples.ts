import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of files that real hosts wrote; they are not ours to ship, so tests with them run where somebody has them. */
const folder = process.env['VSMS_HYPERV_SAMPLES'] ?? '';

export const NO_SAMPLES: string | false =
  folder !== '' && existsSync(folder) ? false : 'needs VSMS_HYPERV_SAMPLES, a folder of files written by Hyper-V hosts';

export const sample = (name: string): Buffer => readFileSync(join(folder, name));
export const samplePath = (name: string): string => join(folder, name);

/** A dump beside the samples: path, type and value of each leaf, as an independent extraction saw them. */
export const dump = (name: string): readonly (readonly [path: string, type: string, value: string])[] =>
  readFileSync(join(folder, 'dumps', `${name}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [path = '', type = '', ...value] = line.split('\t');
      return [path, type, value.join('\t')] as const;
    });

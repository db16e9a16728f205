import type { FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import { type HvContainer, readContainer } from './container/read.ts';
import { HvFileError } from './error.ts';
import { HV_LIMITS, type HvLimits, RUNTIME_LIMITS } from './limits.ts';
import { type ByteSource, withFile } from './source.ts';
import { readExpDefinition } from './text/read-exp.ts';
import { readXmlDefinition } from './text/read-xml.ts';
import type { HvNode } from './tree.ts';

export type HvFileFormat = 'container' | 'xml' | 'exp';

/** The ending of the name tells the format; content is never probed. */
const FORMATS: Readonly<Record<string, HvFileFormat>> = {
  '.vmcx': 'container',
  '.vmrs': 'container',
  '.xml': 'xml',
  '.exp': 'exp',
};

export const HV_ENDINGS: readonly string[] = Object.keys(FORMATS);

/** Undefined: no definition file by its name. */
export const hvFormatOf = (file: string): HvFileFormat | undefined => {
  const ending = extname(file).toLowerCase();
  return Object.hasOwn(FORMATS, ending) ? FORMATS[ending] : undefined;
};

/** What a machine was doing, by its name: measurements, and a saved state with all of its memory. */
export const isRuntimeFile = (file: string): boolean => extname(file).toLowerCase() === '.vmrs';

export interface HvFile {
  readonly format: HvFileFormat;
  readonly root: HvNode;
  /** Facts of the container; null for XML. */
  readonly container: HvContainer | null;
}

export interface ReadFileOptions {
  /** The file opened by the caller, who confined the path; stays open. */
  readonly handle?: FileHandle;
  /** Content of the `config.xml` of an export of Server 2008. */
  readonly exportConfig?: Buffer;
  readonly limits?: Partial<HvLimits>;
  /** Runs while the file is open: file objects can be read then, and not later. */
  readonly visit?: (file: HvFile) => Promise<void>;
}

/** A definition file of any age. Rejects with HvFileError, or with the file system's error. */
export const readHvFile = async (file: string, options: ReadFileOptions = {}): Promise<HvFile> => {
  const format = hvFormatOf(file);
  if (format === undefined)
    throw new HvFileError('value', `The name tells no known format: ${HV_ENDINGS.join(', ')} are known`, { path: '/' });
  return withFile(file, options.handle ?? null, async (source) => {
    const read = await readFormat(format, isRuntimeFile(file), source, options);
    await options.visit?.(read);
    return read;
  });
};

const readFormat = async (
  format: HvFileFormat,
  runtime: boolean,
  source: ByteSource,
  options: ReadFileOptions,
): Promise<HvFile> => {
  if (format === 'container') {
    const container = await readContainer(source, { ...(runtime ? RUNTIME_LIMITS.listed : {}), ...options.limits });
    return { format, root: container.root, container };
  }
  const most = options.limits?.text ?? HV_LIMITS.text;
  if (source.size > most) throw new HvFileError('limit', `The file is larger than ${most} bytes`, { offset: most });
  const bytes = await source.read(0, source.size, 'The definition');
  const root =
    format === 'xml'
      ? readXmlDefinition(bytes, options.limits)
      : readExpDefinition(bytes, options.exportConfig ?? null, options.limits);
  return { format, root, container: null };
};

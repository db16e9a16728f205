import { separatorOf } from '../machines/chain.tsx';

/** Formats that the service writes, by the ending of their names. */
export const FORMATS = ['vhdx', 'vhd', 'qcow2'] as const;
export type Format = (typeof FORMATS)[number];

export const nameOf = (path: string): string => path.slice(folderEnd(path));
export const inFolder = (folder: string, name: string): string =>
  /[\\/]$/.test(folder) ? folder + name : folder + separatorOf(folder) + name;

/** The same name with the ending of a format. */
export const withEnding = (path: string, format: Format): string => path.replace(/\.[^.\\/]*$/, '') + `.${format}`;

/** A name for a disk that is made of this one, beside it; not that of its parent (`web.avhdx` over `web.vhdx`). */
export const besideOf = (path: string, format: Format, parent: string | null = null): string => {
  const beside = withEnding(path, format);
  const taken = [path, ...(parent === null ? [] : [parent])].map((each) => nameOf(each).toLowerCase());
  return taken.includes(nameOf(beside).toLowerCase()) ? beside.replace(/\.[^.]*$/, `-2.${format}`) : beside;
};

const folderEnd = (path: string): number => Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;

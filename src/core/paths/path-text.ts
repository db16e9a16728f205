/** Texts of paths as clients and definitions write them, taken apart without asking the file system; both separators count. */

const isPosix = (text: string): boolean => text.startsWith('/') && !text.startsWith('//');

const lastSeparator = (text: string): number => Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\'));

export const baseName = (text: string): string => text.slice(lastSeparator(text) + 1);

/** Name without the ending. */
export const stemOf = (text: string): string => baseName(text).replace(/\.[^.]*$/, '');

/** The folder that a path lies in; that of a drive or of the file system keeps its separator. */
export const folderOf = (text: string): string => {
  const at = lastSeparator(text);
  const folder = text.slice(0, Math.max(at, 0));
  return folder === '' || /^[a-z]:$/i.test(folder) ? text.slice(0, at + 1) : folder;
};

/** Neither from a root, nor from a drive, nor of a share. */
export const isRelative = (text: string): boolean => !/^(?:[\\/]|[a-z]:)/i.test(text);

/** A path below a folder, in the style of the folder. */
export const joinText = (folder: string, relative: string): string => {
  const separator = isPosix(folder) ? '/' : '\\';
  const below = relative.replaceAll(/[\\/]+/g, separator);
  return /[\\/]$/.test(folder) ? `${folder}${below}` : `${folder}${separator}${below}`;
};

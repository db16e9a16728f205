import type { Guid } from '../model.ts';

/** Bytes that a name in a folder may have. */
const NAME_BYTES = 255;
const GUID_SUFFIX = /_[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/i;

/**
 * Text of the file that comes over `parent`, in its folder (K19): `C:\VMs\web.vhdx` and a GUID give
 * `C:\VMs\web_<GUID>.qcow2`; over that one it is `web_<another GUID>.qcow2`.
 */
export const childName = (parent: string, id: Guid): string => {
  const cut = Math.max(parent.lastIndexOf('/'), parent.lastIndexOf('\\')) + 1;
  const stem = parent
    .slice(cut)
    .replace(/\.[^.]*$/, '')
    .replace(GUID_SUFFIX, '');
  const ending = `_${id}.qcow2`;
  return `${parent.slice(0, cut)}${shortened(stem, NAME_BYTES - Buffer.byteLength(ending))}${ending}`;
};

const shortened = (text: string, bytes: number): string => {
  let short = text;
  while (Buffer.byteLength(short) > bytes) short = [...short].slice(0, -1).join('');
  return short;
};

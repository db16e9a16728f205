import { invalidPath } from './refusal.ts';

/** How a client may write a path (paths.md, first table). */
export type ClientPath =
  | { readonly form: 'posix'; readonly components: readonly string[]; readonly folderOnly: boolean }
  | {
      readonly form: 'drive';
      readonly drive: string;
      readonly components: readonly string[];
      readonly folderOnly: boolean;
    }
  | {
      readonly form: 'share';
      readonly server: string;
      readonly share: string;
      readonly components: readonly string[];
      readonly folderOnly: boolean;
    }
  | { readonly form: 'pipe'; readonly name: string };

/** Linux: PATH_MAX with its NUL, NAME_MAX. */
const MAX_PATH_BYTES = 4095;
const MAX_NAME_BYTES = 255;

/** Also refused inside of POSIX paths: no tool that shows or logs such a name can be trusted with it. */
const CONTROL = /\p{Cc}/u;

const EXTENDED = /^[\\/]{2}\?[\\/]/;
const DEVICE = /^[\\/]{2}\.[\\/]/;
const PIPE = /^[\\/]{2}\.[\\/]pipe[\\/]([^\\/]+)$/i;
const DRIVE = /^([A-Za-z]):(?:[\\/]|$)/;
const SEPARATOR = /[\\/]/;

/** Throws DomainError (invalidParameter) with what is wrong and what to write instead. */
export const parseClientPath = (text: string): ClientPath => {
  checkText(text);
  const pipe = PIPE.exec(text);
  if (pipe !== null) return { form: 'pipe', name: pipeName(text, pipe[1] ?? '') };
  if (DEVICE.test(text))
    throw invalidPath(text, 'a device is not accepted here. Only \\\\.\\pipe\\NAME names one, for serial ports.');
  if (EXTENDED.test(text)) return parseExtended(text);
  if (DRIVE.test(text)) return parseDrive(text, text);
  if (/^[A-Za-z]:/.test(text))
    throw invalidPath(text, 'it is relative to the current folder of a drive. Write C:\\folder\\name.');
  if (/^[\\/]{2}/.test(text)) return parseShare(text, text.slice(2));
  // Clients on Windows put `\name` behind a POSIX folder that they were given: both separators count.
  if (text.startsWith('/')) return { form: 'posix', ...split(text, text.slice(1), 'posix') };
  if (text.startsWith('%'))
    throw invalidPath(text, 'variables of an environment have no meaning on this host. Write the path out.');
  throw invalidPath(text, 'it is no full path. Write /folder/name, C:\\folder\\name or \\\\server\\share\\name.');
};

/** A path below a folder, for properties that are relative by definition: `Virtual Machines\<GUID>.vmcx`. */
export const parseRelative = (text: string): readonly string[] => {
  checkText(text);
  if (SEPARATOR.test(text[0] ?? '') || /^[A-Za-z]:/.test(text))
    throw invalidPath(text, 'it must be relative to its data root. Write folder\\name.');
  return split(text, text, 'windows').components;
};

/** One name without separators, good in every style. */
export const checkFileName = (name: string): void => {
  checkText(name);
  if (SEPARATOR.test(name) || name === '.' || name === '..') throw invalidPath(name, 'it is no plain name of a file.');
  checkComponent(name, name, 'windows');
};

const checkText = (text: string): void => {
  if (text === '')
    throw invalidPath(text, 'it is empty. Write /folder/name, C:\\folder\\name or \\\\server\\share\\name.');
  // First, so that no later check works on megabytes.
  if (text.length > MAX_PATH_BYTES || Buffer.byteLength(text) > MAX_PATH_BYTES)
    throw invalidPath(text, `it is longer than ${MAX_PATH_BYTES} bytes. Choose a shorter one.`);
  if (CONTROL.test(text)) throw invalidPath(text, 'it has a control character. Leave it out.');
  if (!text.isWellFormed()) throw invalidPath(text, 'it is no valid Unicode text.');
};

const parseExtended = (text: string): ClientPath => {
  const rest = text.slice(4);
  if (/^unc[\\/]/i.test(rest)) return parseShare(text, rest.slice(4));
  if (DRIVE.test(rest)) return parseDrive(text, rest);
  throw invalidPath(text, 'after \\\\?\\ only a drive or UNC\\server\\share is accepted.');
};

const parseDrive = (text: string, from: string): ClientPath => ({
  form: 'drive',
  drive: (from[0] ?? '').toUpperCase(),
  ...split(text, from.slice(3), 'windows'),
});

const parseShare = (text: string, from: string): ClientPath => {
  const [server = '', share = ''] = from.split(SEPARATOR, 2);
  if (server === '' || share === '') throw invalidPath(text, 'it names no share. Write \\\\server\\share\\name.');
  for (const name of [server, share]) {
    if (name === '.' || name === '..') throw invalidPath(text, 'it names no share. Write \\\\server\\share\\name.');
    checkComponent(text, name, 'windows');
  }
  return { form: 'share', server, share, ...split(text, from.slice(server.length + share.length + 2), 'windows') };
};

const pipeName = (text: string, name: string): string => {
  if (name === '.' || name === '..') throw invalidPath(text, 'it names no pipe. Write \\\\.\\pipe\\NAME.');
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw invalidPath(text, `the name of the pipe is longer than ${MAX_NAME_BYTES} bytes. Choose a shorter one.`);
  return name;
};

type Style = 'posix' | 'windows';

/** `.` and `..` are resolved on the text, as Windows does, and never lead above the root. */
const split = (
  text: string,
  from: string,
  style: Style,
): { readonly components: readonly string[]; readonly folderOnly: boolean } => {
  const components: string[] = [];
  const names = from.split(SEPARATOR);
  for (const name of names) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (components.pop() === undefined)
        throw invalidPath(text, "its '..' leads above its root. Write the path without '..'.");
      continue;
    }
    checkComponent(text, name, style);
    components.push(name);
  }
  const last = names.at(-1);
  return { components, folderOnly: last === '' || last === '.' || last === '..' };
};

/** What Windows would refuse or change silently, so that a name means the same on both sides. */
const WINDOWS_RULES: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/%\w[^%]*%/, 'variables of an environment have no meaning on this host. Write the path out.'],
  [/:/, 'streams (name:stream) are not supported. Leave the colon out.'],
  [/[<>"|?*]/, 'a name has one of the characters < > " | ? *, which Windows does not allow.'],
  [/[. ]$/, 'a name ends with a dot or a space, which Windows drops. Leave it out.'],
  [/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i, 'a name is reserved for a device of Windows. Choose another one.'],
];

const checkComponent = (text: string, name: string, style: Style): void => {
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw invalidPath(text, `a name in it is longer than ${MAX_NAME_BYTES} bytes. Choose a shorter one.`);
  if (style === 'posix') return;
  for (const [pattern, why] of WINDOWS_RULES) if (pattern.test(name)) throw invalidPath(text, why);
};

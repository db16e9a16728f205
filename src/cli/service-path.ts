import { resolve } from 'node:path';
import { namedHost, UsageError } from './connect.ts';

/** Drive, share or POSIX root: the words of a host itself. */
const ABSOLUTE = /^(?:[a-z]:[\\/]|[\\/]{2}|\/)/i;

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** Is the service that of this host? One on the loopback is, also where its address was given. */
export const isLocal = (options: { readonly host?: string }): boolean => {
  const url = namedHost(options);
  return url === undefined || LOOPBACK.test(URL.parse(url)?.hostname ?? '');
};

/** A file as the service will find it: relative to where we are if that is its host. @throws UsageError */
export const servicePath = (text: string, options: { readonly host?: string }): string => {
  if (ABSOLUTE.test(text)) return text;
  if (isLocal(options)) return resolve(text);
  throw new UsageError(`"${text}" is relative, and the service is on another host. Give the full path on that host.`);
};

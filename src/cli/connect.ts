import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClientOptions, WsmanClient } from '../client/client.ts';
import type { ConnectionOptions } from '../client/connection.ts';
import { configurationFiles, defaultDataDirectory } from '../daemon/config/places.ts';

/** Options that every command which talks to a service has. */
export interface ConnectOptions {
  readonly namespace?: string;
  readonly host?: string;
  readonly user?: string;
  readonly password?: string;
  readonly ca?: string;
  readonly insecure?: boolean;
  /** False: jobs are not waited for. */
  readonly wait?: boolean;
  /** Seconds for one job, as it was typed. */
  readonly timeout?: string;
}

/** Wrong use of the command line; exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** What a command names is not there; exit code 3. */
export class MissingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MissingError';
  }
}

/** A file named on the command line that is not there; exit code 3. */
export class NoSuchFileError extends Error {
  constructor(file: string) {
    super(`There is no file ${file}.`);
    this.name = 'NoSuchFileError';
  }
}

/**
 * A client for `--host` (or VSMS_HOST), else for the service of this machine as its endpoints.json tells.
 * The password comes from VSMS_PASSWORD, or for the local service from VSMS_ADMIN_PASSWORD.
 */
export const connect = async (options: ConnectOptions): Promise<WsmanClient> =>
  // Commands name what v2 has; whoever names another namespace knows that it has the same.
  new WsmanClient((await clientOptions(options)) as ClientOptions);

/** The same for whatever the caller names: what its namespace holds is known when the program runs. */
export const connectAnywhere = async (options: ConnectOptions): Promise<WsmanClient<string>> =>
  new WsmanClient<string>(await clientOptions(options));

async function clientOptions(options: ConnectOptions): Promise<ClientOptions<string>> {
  const { url, user, password, ca, insecure } = await connectionOf(options);
  return {
    url,
    user,
    password,
    ...(ca === undefined ? {} : { ca }),
    ...(insecure === undefined ? {} : { insecure }),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    patience: { wait: options.wait !== false, timeoutMs: timeoutOf(options.timeout) },
  };
}

/** @throws UsageError */
function timeoutOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError('--timeout is a whole number of seconds.');
  return Number(text) * 1000;
}

/** Where to, and as whom: options, then the environment, then the service of this machine. @throws UsageError */
export async function connectionOf(options: ConnectOptions): Promise<ConnectionOptions> {
  const environment = process.env;
  const named = options.host ?? environment['VSMS_HOST'];
  const url = named ?? (await localEndpoint());
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new UsageError(`"${url}" is no address of a service; it looks like https://HOST:5986.`);
  }
  const user = options.user ?? environment['VSMS_USER'] ?? 'admin';
  // What this host's service was given is shown to no other.
  const own = named === undefined ? environment['VSMS_ADMIN_PASSWORD'] : undefined;
  const password = options.password ?? environment['VSMS_PASSWORD'] ?? own;
  if (password === undefined) {
    throw new UsageError(`No password for ${user}: set VSMS_PASSWORD, or give --password.`);
  }
  return {
    url,
    user,
    password,
    ...(options.ca === undefined ? {} : { ca: readCertificate(options.ca) }),
    ...(options.insecure === undefined ? {} : { insecure: options.insecure }),
  };
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--ca ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Settings are read only where a file may have moved the data directory: what checks them takes longer than the rest. */
async function dataDirectory(): Promise<string> {
  const sources = { environment: process.env, root: process.getuid?.() === 0 };
  const chosen = process.env['VSMS_DATA_DIR'];
  if (chosen?.startsWith('/') === true) return chosen;
  if ((chosen === undefined || chosen === '') && configurationFiles(sources.environment).length === 0)
    return defaultDataDirectory(sources);
  return (await import('../daemon/config/config.ts')).loadConfig(sources).data_dir;
}

async function localEndpoint(): Promise<string> {
  const file = join(await dataDirectory(), 'endpoints.json');
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { http: string }).http;
  } catch {
    throw new UsageError(
      `No service runs here (${file} is not there): start one with script/server, or give --host https://HOST:5986.`,
    );
  }
}

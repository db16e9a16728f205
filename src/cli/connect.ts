import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CimClient } from '../client/cim-client.ts';
import type { ConnectionOptions } from '../client/connection.ts';
import type { Host } from '../client/host.ts';
import type { Patience } from '../client/patience.ts';
import type { RestOptions } from '../client/rest/connection.ts';
import { configurationFiles, defaultDataDirectory } from '../daemon/config/places.ts';

/** Options that every command which talks to a service has. */
export interface ConnectOptions {
  readonly namespace?: string;
  readonly host?: string;
  readonly user?: string;
  readonly password?: string;
  /** Of the API of a vsms host, in place of an account. */
  readonly token?: string;
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
 * The host of `--host` (or VSMS_HOST), else the service of this machine as its endpoints.json tells. REST is spoken to the service of
 * this machine and wherever a token lets in; WS-Management to any other host, which may be one of Hyper-V. The password comes from
 * VSMS_PASSWORD, or for the local service from VSMS_ADMIN_PASSWORD.
 */
export const connectHost = async (options: ConnectOptions): Promise<Host> => {
  // Each knows one protocol, and takes its time to load. A namespace is one of CIM.
  if (!isRest(options) || options.namespace !== undefined)
    return (await import('../client/wsman-host.ts')).wsmanHost(await connect(options));
  const { restHost } = await import('../client/rest/host.ts');
  return restHost({ ...(await restOptionsOf(options)), patience: patienceOf(options) });
};

/** The same host, its objects and methods under their CIM names. */
export const connect = async (options: ConnectOptions): Promise<CimClient> =>
  // Commands name what v2 has; whoever names another namespace knows that it has the same.
  connectAnywhere(options);

/** The same for whatever the caller names: what its namespace holds is known when the program runs. */
export const connectAnywhere = async (options: ConnectOptions): Promise<CimClient<string>> => {
  const more = {
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    patience: patienceOf(options),
  };
  if (isRest(options)) {
    const { RestCimClient } = await import('../client/rest/cim-client.ts');
    return new RestCimClient<string>({ ...(await restOptionsOf(options)), ...more });
  }
  const { WsmanClient } = await import('../client/client.ts');
  return new WsmanClient<string>({ ...(await connectionOf(options)), ...more });
};

const isRest = (options: ConnectOptions): boolean => tokenOf(options) !== null || namedHost(options) === undefined;

const patienceOf = ({ wait, timeout }: ConnectOptions): Patience => ({
  wait: wait !== false,
  timeoutMs: timeoutOf(timeout),
});

/** @throws UsageError */
function timeoutOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError('--timeout is a whole number of seconds.');
  return Number(text) * 1000;
}

/** What the environment says; an empty text says nothing: that is how a shell takes one away for one command. */
const said = (name: `VSMS_${string}`): string | undefined => process.env[name] || undefined;

/** What names a host: an option, then the environment; undefined: the service of this machine. */
export const namedHost = ({ host }: Pick<ConnectOptions, 'host'>): string | undefined => host ?? said('VSMS_HOST');

/** What is said here counts before what the environment says; null: no token is to be used. */
const tokenOf = ({ token, user, password }: ConnectOptions): string | null => {
  if (token !== undefined) return token;
  return user === undefined && password === undefined ? (said('VSMS_TOKEN') ?? null) : null;
};

interface Place {
  readonly url: string;
  readonly ca?: string;
  readonly insecure?: boolean;
}

/** @throws UsageError */
const placeOf = async (options: ConnectOptions): Promise<Place> => {
  const url = namedHost(options) ?? (await localEndpoint());
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new UsageError(`"${url}" is no address of a service; it looks like https://HOST:5986.`);
  }
  return {
    url,
    ...(options.ca === undefined ? {} : { ca: readCertificate(options.ca) }),
    ...(options.insecure === undefined ? {} : { insecure: options.insecure }),
  };
};

/** Where to, and as whom, for REST: by a token where there is one. @throws UsageError */
export const restOptionsOf = async (options: ConnectOptions): Promise<RestOptions> => {
  const token = tokenOf(options);
  return token === null ? connectionOf(options) : { ...(await placeOf(options)), token };
};

/** Where to, and as whom: options, then the environment, then the service of this machine. @throws UsageError */
export async function connectionOf(options: ConnectOptions): Promise<ConnectionOptions> {
  const environment = process.env;
  const place = await placeOf(options);
  const user = options.user ?? said('VSMS_USER') ?? 'admin';
  // What this host's service was given is shown to no other.
  const own = namedHost(options) === undefined ? environment['VSMS_ADMIN_PASSWORD'] : undefined;
  const password = options.password ?? environment['VSMS_PASSWORD'] ?? own;
  if (password !== undefined) return { ...place, user, password };
  const not = tokenOf(options) === null ? '' : 'This command speaks WS-Management, which takes no token. ';
  throw new UsageError(`${not}No password for ${user}: set VSMS_PASSWORD, or give --password.`);
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
      `No service runs here (${file} is not there): start one with script/server, give VSMS_DATA_DIR of one that runs, or --host https://HOST:5986.`,
    );
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { isSubnet } from '../event-sinks.ts';
import { ConfigError } from './config-error.ts';
import { configurationFiles, defaultDataDirectory } from './places.ts';

const PORT = 'must be a port number from 0 (any free one) to 65535';
const port = z.coerce.number(PORT).int(PORT).min(0, PORT).max(65_535, PORT);
const absolute = z.string().startsWith('/', 'must be an absolute path');

const schema = z.strictObject({
  data_dir: absolute,
  run_dir: absolute,
  listen: z.union([z.ipv4(), z.ipv6()], 'must be an address of this host, such as 127.0.0.1 or 0.0.0.0'),
  http_port: port,
  https_port: port,
  /** CIM-XML; null: 5988 and 5989, or any free ones where http_port and https_port are 0. */
  cimxml_port: port.nullable(),
  cimxmls_port: port.nullable(),
  hypervisor: z.enum(['qemu', 'simulated']),
  accelerator: z.enum(['auto', 'kvm', 'tcg']),
  /** Names by which browsers and programs may call REST and the console, besides addresses and the host's own name. */
  allowed_hosts: z.preprocess(
    (given) => (typeof given === 'string' ? given.split(',').map((text) => text.trim()) : given),
    z.array(z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'must be a host name without a port')),
  ),
  /** Basic, and messages in clear, over plain HTTP (decisions K1). */
  allow_unencrypted: z.enum(['never', 'loopback', 'always']),
  admin_password: z.string().min(1).nullable(),
  /** Opt the user of admin_password in to NTLM or out of it (K8); null: as it is. */
  admin_ntlm: z.union([z.boolean(), z.stringbool()]).nullable(),
  /** The scheme `NTLM` beside Negotiate; auto: where messages may be in clear (wire-auth §1). */
  ntlm_scheme: z.enum(['auto', 'always', 'never']),
  /** Channel bindings of NTLM inside TLS (wire-auth §3). */
  channel_binding: z.enum(['none', 'relaxed', 'strict']),
  log_level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  /** PEM files; null: the self-signed pair in the state directory, made at first start. */
  tls_certificate: absolute.nullable(),
  tls_key: absolute.nullable(),
  limits: z.strictObject({
    /** Bytes of one request body (K4). */
    request: z.coerce
      .number()
      .int()
      .min(65_536)
      .max(256 << 20),
    /** Of each listener; and of one address, whatever others leave. */
    connections: z.coerce.number().int().min(1),
    connections_per_address: z.coerce.number().int().min(1),
    operations_per_user: z.coerce.number().int().min(1),
  }),
  kerberos: z.strictObject({
    /** Keys of HTTP/HOST; null: tickets are not accepted. */
    keytab: absolute.nullable(),
    /** Realms whose users are the accounts of the same names. */
    realms: z.preprocess(
      (given) => (typeof given === 'string' ? given.split(',').map((text) => text.trim()) : given),
      z.array(z.string().min(1)),
    ),
    /** Accounts of single principals: `"alice/admin@EXAMPLE.ORG" = "admin"`. */
    users: z.record(z.string().includes('@', 'must be a principal with its realm'), z.string().min(1)),
  }),
  client_certificates: z.strictObject({
    /** PEM of the authorities whose certificates are asked for; null: none is. */
    ca: absolute.nullable(),
    /** PEM of certificates that were revoked. */
    crl: absolute.nullable(),
    /** Accounts by fingerprint, subject or e-mail address (auth/client-certificate.ts). */
    users: z.record(z.string(), z.string().min(1)),
  }),
  /** Wrong passwords for one account until it is locked (0: never), and for how long. */
  lockout: z.strictObject({
    after: z.coerce.number().int().min(0).max(100_000),
    minutes: z.coerce
      .number()
      .int()
      .min(1)
      .max(24 * 60),
  }),
  /** The audit trail: bytes of a file until the next one is begun, and files that are kept. */
  audit: z.strictObject({
    file_bytes: z.coerce
      .number()
      .int()
      .min(65_536)
      .max(1 << 30),
    keep_files: z.coerce.number().int().min(2).max(100_000),
  }),
  paths: z.strictObject({
    style: z.enum(['posix', 'windows']),
    drives: z.record(z.string().regex(/^[A-Za-z]$/, 'must be one letter'), absolute),
    shares: z.record(z.string().startsWith('\\\\', String.raw`must look like \\server\share`), absolute),
    roots: z.array(absolute),
  }),
  /** Disks of exports: as Hyper-V takes them, or in the format that they have, for other hosts of vsms. */
  export_disks: z.enum(['vhdx', 'as_is']),
  nat_switch: z.enum(['user', 'bridge']),
  /** Directory where every exchange of WS-Management and CIM-XML is written down, passwords left out; null: none. */
  record: absolute.nullable(),
  /** Addresses and subnets to which subscriptions may push events; in the environment separated by commas. */
  event_sinks: z.preprocess(
    (given) => (typeof given === 'string' ? given.split(',').map((text) => text.trim()) : given),
    z.array(z.string().refine(isSubnet, 'must be an address or a subnet like 192.0.2.0/24')),
  ),
});

/** Where a setting's default is another setting's consequence. */
const resolved = schema.transform((given) => ({
  ...given,
  cimxml_port: given.cimxml_port ?? (given.http_port === 0 ? 0 : 5988),
  cimxmls_port: given.cimxmls_port ?? (given.https_port === 0 ? 0 : 5989),
}));

export type Config = Readonly<z.infer<typeof resolved>>;

/** A setting as text of an environment variable, as typed value of a file, or from a flag. */
type Layer = Record<string, unknown>;

/** `VSMS_HTTP_PORT` -> `http_port`; variables of nested tables use the table's name: `VSMS_PATHS_STYLE`. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  [
    ['data_dir'],
    ['run_dir'],
    ['listen'],
    ['http_port'],
    ['https_port'],
    ['cimxml_port'],
    ['cimxmls_port'],
    ['hypervisor'],
    ['accelerator'],
    ['allowed_hosts'],
    ['allow_unencrypted'],
    ['admin_password'],
    ['admin_ntlm'],
    ['ntlm_scheme'],
    ['channel_binding'],
    ['log_level'],
    ['tls_certificate'],
    ['tls_key'],
    ['export_disks'],
    ['nat_switch'],
    ['record'],
    ['event_sinks'],
    ['limits', 'request'],
    ['limits', 'connections'],
    ['limits', 'connections_per_address'],
    ['limits', 'operations_per_user'],
    ['kerberos', 'keytab'],
    ['kerberos', 'realms'],
    ['client_certificates', 'ca'],
    ['client_certificates', 'crl'],
    ['lockout', 'after'],
    ['lockout', 'minutes'],
    ['audit', 'file_bytes'],
    ['audit', 'keep_files'],
    ['paths', 'style'],
  ].map((path) => [`VSMS_${path.join('_').toUpperCase()}`, path]),
);

export interface ConfigSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `name=value` pairs of the command line, e.g. `http_port` -> `0`. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Default `/etc/vsms/vsms.toml`; `conf.d/*.toml` beside it is read after it. */
  readonly file?: string;
  readonly root: boolean;
}

/**
 * Defaults, then vsms.toml, then conf.d in name order, then `VSMS_*`, then flags: the later wins.
 * @throws ConfigError naming the setting, what was given and where
 */
export const loadConfig = (sources: ConfigSources): Config => explainConfig(sources).config;

/** The same, with where each setting that is no default was given last, by its name: `paths.style`. @throws ConfigError */
export function explainConfig(sources: ConfigSources): {
  readonly config: Config;
  readonly origins: ReadonlyMap<string, string>;
} {
  const origins = new Map<string, string>();
  const merged = defaults(sources);
  for (const path of configurationFiles(sources.environment, sources.file))
    merge(merged, readToml(path), path, origins);
  merge(merged, fromEnvironment(sources.environment), 'the environment', origins);
  merge(merged, { ...sources.flags }, 'the command line', origins);
  const result = resolved.safeParse(merged);
  if (result.success) return { config: result.data, origins };
  const issue = result.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const unknown = [...issue.path, issue.keys[0]].join('.');
    throw new ConfigError(`Setting ${unknown} (from ${origins.get(unknown) ?? 'a file'}) is not known.`);
  }
  const name = issue?.path.join('.') ?? '';
  throw new ConfigError(
    `Setting ${name || 'file'} (from ${origins.get(name) ?? 'the defaults'}): ${issue?.message ?? 'not usable'}.`,
  );
}

function defaults(sources: ConfigSources): Layer {
  const environment = sources.environment;
  const data = defaultDataDirectory(sources);
  return {
    data_dir: data,
    run_dir: sources.root ? '/run/vsms' : join(environment['XDG_RUNTIME_DIR'] ?? join(data, 'run'), 'vsms'),
    listen: '127.0.0.1',
    http_port: 5985,
    https_port: 5986,
    cimxml_port: null,
    cimxmls_port: null,
    hypervisor: 'qemu',
    accelerator: 'auto',
    allowed_hosts: [],
    allow_unencrypted: 'loopback',
    admin_password: null,
    admin_ntlm: null,
    ntlm_scheme: 'auto',
    channel_binding: 'relaxed',
    log_level: 'info',
    tls_certificate: null,
    tls_key: null,
    limits: { request: 16 << 20, connections: 300, connections_per_address: 100, operations_per_user: 1500 },
    kerberos: { keytab: null, realms: [], users: {} },
    client_certificates: { ca: null, crl: null, users: {} },
    lockout: { after: 50, minutes: 10 },
    audit: { file_bytes: 16 << 20, keep_files: 64 },
    paths: { style: 'posix', drives: {}, shares: {}, roots: [] },
    export_disks: 'vhdx',
    nat_switch: 'user',
    record: null,
    event_sinks: [],
  };
}

function readToml(path: string): Layer {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${path}: ${(error as Error).message}`);
  }
}

function fromEnvironment(environment: ConfigSources['environment']): Layer {
  const layer: Layer = {};
  for (const [variable, path] of Object.entries(VARIABLES)) {
    const value = environment[variable];
    if (value === undefined || value === '') continue;
    const [table, name] = path;
    if (table === undefined) continue;
    if (name === undefined) layer[table] = value;
    else layer[table] = { ...(layer[table] as Layer | undefined), [name]: value };
  }
  return layer;
}

function merge(target: Layer, layer: Layer, origin: string, origins: Map<string, string>, prefix = ''): void {
  for (const [name, value] of Object.entries(layer)) {
    const old = target[name];
    if (isTable(old) && isTable(value)) {
      merge(old, value, origin, origins, `${prefix}${name}.`);
    } else {
      target[name] = value;
      origins.set(`${prefix}${name}`, origin);
    }
  }
}

const isTable = (value: unknown): value is Layer =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SBIN = '/usr/sbin';

/** MIT's KDC with a realm of its own, on a free port of the loopback. */
export class Kdc implements AsyncDisposable {
  readonly realm = 'TEST.VSMS';
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #process: ChildProcess;

  private constructor(directory: string, environment: NodeJS.ProcessEnv, process: ChildProcess) {
    this.#directory = directory;
    this.#environment = environment;
    this.#process = process;
  }

  static async start(): Promise<Kdc> {
    const directory = await mkdtemp(join(tmpdir(), 'vsms-kdc-'));
    const port = await freePort();
    await writeFile(
      join(directory, 'krb5.conf'),
      `[libdefaults]
 default_realm = TEST.VSMS
 dns_lookup_realm = false
 dns_lookup_kdc = false
 rdns = false
 dns_canonicalize_hostname = false
 udp_preference_limit = 1
[realms]
 TEST.VSMS = {
  kdc = 127.0.0.1:${port}
 }
[domain_realm]
 localhost = TEST.VSMS
`,
    );
    await writeFile(
      join(directory, 'kdc.conf'),
      `[kdcdefaults]
 kdc_ports = ""
 kdc_tcp_listen = 127.0.0.1:${port}
 kdc_listen = ""
[realms]
 TEST.VSMS = {
  database_name = ${directory}/principal
  key_stash_file = ${directory}/stash
  acl_file = ${directory}/kadm5.acl
  supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
 }
`,
    );
    const environment = {
      ...process.env,
      KRB5_CONFIG: join(directory, 'krb5.conf'),
      KRB5_KDC_PROFILE: join(directory, 'kdc.conf'),
      KRB5CCNAME: `FILE:${directory}/ccache`,
      KRB5RCACHETYPE: 'none',
    };
    await run(join(SBIN, 'kdb5_util'), ['create', '-s', '-r', 'TEST.VSMS', '-P', 'master'], { env: environment });
    const child = spawn(join(SBIN, 'krb5kdc'), ['-n'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    await listening(port, child);
    return new Kdc(directory, environment, child);
  }

  /** What a client of this realm has in its environment. */
  get environment(): NodeJS.ProcessEnv {
    return this.#environment;
  }

  async addUser(name: string, password: string): Promise<void> {
    await this.#admin(`addprinc -pw ${password} ${name}`);
  }

  /** The keytab of a service, such as HTTP/localhost, with keys of these types; a new one when none is given. */
  async addService(
    name: string,
    types = 'aes256-cts-hmac-sha1-96:normal',
    keytab: string | null = null,
  ): Promise<string> {
    await this.#admin(`addprinc -randkey ${name}`);
    const file = keytab ?? join(this.#directory, `${name.replaceAll('/', '-')}-${types.slice(0, 6)}.keytab`);
    await this.#admin(`ktadd -k ${file} -e ${types} ${name}`);
    return file;
  }

  /** Gets a ticket for a user into the cache that `environment` names. */
  async logIn(name: string, password: string, ...options: readonly string[]): Promise<void> {
    const child = run('kinit', [...options, `${name}@${this.realm}`], { env: this.#environment });
    child.child.stdin?.end(`${password}\n`);
    await child;
  }

  async #admin(query: string): Promise<void> {
    await run(join(SBIN, 'kadmin.local'), ['-r', this.realm, '-q', query], { env: this.#environment });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
    await rm(this.#directory, { recursive: true, force: true });
  }
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const listening = async (port: number, child: ChildProcess): Promise<void> => {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  for (let tries = 0; tries < 6000; tries += 1) {
    if (child.exitCode !== null) throw new Error(`The KDC ended: ${said}`);
    const open = await run('/bin/bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`]).then(
      () => true,
      () => false,
    );
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`The KDC does not listen: ${said}`);
};

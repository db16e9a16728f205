import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { request as plainRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { type LoginPlace, RECIPES } from '../../src/cli/doctor/client-recipes.ts';
import type { RecordedExchange } from '../../src/http/recorder.ts';
import { Service } from '../kit/service.ts';
import { readConversation } from '../wire/exchanges.ts';

const run = promisify(execFile);
const WMI = 'http://schemas.microsoft.com/wbem/wsman/1/wmi';
const DMTF = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2';

const ANSIBLE = '/usr/bin/ansible-playbook';

/** What the play asks for; the names are Ansible's. */
interface Play {
  readonly url: string;
  readonly url_username: string;
  readonly url_password: string;
  readonly force_basic_auth: boolean;
  readonly ca_path?: string;
}

/** What a client does with its recipe: where it goes, how it logs in, and what its first request says. */
interface Deed {
  readonly url: string;
  readonly user: string;
  readonly login: 'basic' | 'negotiate';
  /** Texts of the request that test/wire/replay.test.ts replays. */
  readonly says: readonly string[];
  /** Whether it asks by a query. */
  readonly filtered: boolean;
}

/** The request of a recording, and how a recipe is read as its client reads it. */
interface Client {
  readonly recording: string;
  read(recipe: string): Deed;
}

const group = (pattern: RegExp, text: string): string =>
  pattern.exec(text)?.[1] ?? assert.fail(`${pattern} in ${text}`);

const CLIENTS: Readonly<Record<string, Client>> = {
  powershell: {
    recording: 'mi-client.json',
    read: (recipe) => ({
      url: `${/-UseSsl\b/.test(recipe) ? 'https' : 'http'}://${group(/-ComputerName (\S+)/, recipe)}:${group(/-Port (\d+)/, recipe)}/wsman`,
      user: group(/-Credential (\S+)/, recipe),
      login: group(/-Authentication (\S+)/, recipe) === 'Basic' ? 'basic' : 'negotiate',
      says: [
        `${DMTF}/${group(/-ClassName (\S+)/, recipe)}</w:ResourceURI>`,
        `<w:Selector Name="__cimnamespace">${group(/-Namespace (\S+)/, recipe)}</w:Selector>`,
      ],
      filtered: false,
    }),
  },
  libvirt: {
    recording: 'libvirt.json',
    read: (recipe) => {
      const url = new URL(group(/--connect '(hyperv:[^']+)' list --all$/, recipe));
      return {
        url: `${url.searchParams.get('transport')}://${url.host}/wsman`,
        user: url.username,
        // Its driver asks for nothing else (client-usage §5).
        login: 'basic',
        says: [
          `${WMI}/root/virtualization/v2/*</wsman:ResourceURI>`,
          'Select * from Msvm_ComputerSystem where Description = &quot;Microsoft Virtual Machine&quot; </wsman:Filter>',
        ],
        filtered: true,
      };
    },
  },
  openwsman: {
    recording: 'wsmancli.json',
    read: (recipe) => ({
      // TLS is what --cacert asks it for.
      url: `${/--cacert /.test(recipe) ? 'https' : 'http'}://${group(/--hostname (\S+)/, recipe)}:${group(/--port (\d+)/, recipe)}/wsman`,
      user: group(/--username (\S+)/, recipe),
      login: group(/--auth (\S+)/, recipe) === 'basic' ? 'basic' : 'negotiate',
      says: [`${group(/wsman enumerate [^]*'([^']+)'$/, recipe)}</wsman:ResourceURI>`],
      filtered: false,
    }),
  },
};

/** The client's recorded Enumerate that asks what its recipe asks, and the Pull after it; null: it needs none. */
const recorded = (file: string, { says, filtered }: Deed): readonly [RecordedExchange, RecordedExchange | null] => {
  const { exchanges } = readConversation(file);
  const at = exchanges.findIndex(
    ({ request: text }) =>
      text.includes('enumeration/Enumerate<') &&
      /:Filter /.test(text) === filtered &&
      says.every((each) => text.includes(each)),
  );
  const found = exchanges[at] ?? assert.fail(`${file} has no Enumerate with ${says.join(', ')}`);
  const next = exchanges[at + 1];
  return [found, next?.request.includes('enumeration/Pull<') === true ? next : null];
};

describe('recipes of docs/clients.md: what their clients are known to send gets in and finds the machines', () => {
  let service: Service;
  let directory: string;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'vsms-recipes-'));
    service = await Service.start({ hypervisor: 'simulated', environment: { VSMS_ADMIN_NTLM: '1' } });
    const authorization = `Basic ${Buffer.from(`admin:${service.password}`).toString('base64')}`;
    for (const name of ['first', 'second']) {
      const { status } = await fetch(`${service.endpoints.http}/api/v1/vms`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      });
      assert.equal(status, 201);
    }
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  const place = (scheme: 'http' | 'https'): LoginPlace => {
    const { hostname, port } = new URL(service.endpoints[scheme]);
    return { host: hostname, port: Number(port), tls: scheme === 'https', user: 'admin' };
  };

  /** With the certificate checked, as a client does that trusts it. */
  const byBasic = async ({ url, user }: Deed, exchange: RecordedExchange, text: string): Promise<string> => {
    const ca = await service.certificate();
    const tls = url.startsWith('https:');
    return new Promise((resolve, reject) => {
      const call = (tls ? request : plainRequest)(
        url,
        {
          method: 'POST',
          auth: `${user}:${service.password}`,
          headers: { 'content-type': exchange.requestContentType ?? '' },
          ...(tls ? { ca } : {}),
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            const said = Buffer.concat(chunks).toString('utf8');
            if (answer.statusCode === 200) resolve(said);
            else reject(new Error(`${answer.statusCode}: ${said}`));
          });
        },
      );
      call.on('error', reject);
      call.end(text);
    });
  };

  /** By a foreign implementation of NTLM that encrypts its messages, as Windows does. */
  const byNtlm = async ({ url, user }: Deed, text: string): Promise<string> => {
    const legacy = join(directory, 'openssl.cnf');
    writeFileSync(
      legacy,
      'openssl_conf = init\n[init]\nproviders = providers\n[providers]\ndefault = on\nlegacy = on\n[on]\nactivate = 1\n',
    );
    writeFileSync(join(directory, 'request.xml'), text);
    const script =
      'import sys\nfrom winrm.protocol import Protocol\n' +
      'protocol = Protocol(endpoint=sys.argv[1], transport="ntlm", username=sys.argv[2], password=sys.argv[3], message_encryption="always")\n' +
      'print(protocol.send_message(open("request.xml").read()).decode())\n';
    const { stdout } = await run('/usr/bin/python3', ['-W', 'ignore', '-c', script, url, user, service.password], {
      cwd: directory,
      env: { PATH: '/usr/bin:/bin', HOME: directory, OPENSSL_CONF: legacy },
    });
    return stdout;
  };

  const namesIn = (text: string): readonly string[] =>
    [...text.matchAll(/<p:ElementName>([^<]*)</g)].map(([, name = '']) => name);

  for (const [name, { recording, read }] of Object.entries(CLIENTS))
    for (const scheme of ['https', 'http'] as const)
      test(`${name} over ${scheme}: the request of test/wire/exchanges/${recording}`, async () => {
        const recipe = RECIPES[name]?.(place(scheme)) ?? assert.fail(name);
        const deed = read(recipe);
        assert.deepEqual([deed.url, deed.user], [`${service.endpoints[scheme]}/wsman`, 'admin']);
        assert.equal(deed.login, name === 'powershell' && scheme === 'http' ? 'negotiate' : 'basic');
        const [enumerate, pull] = recorded(recording, deed);
        const send = (exchange: RecordedExchange, text: string): Promise<string> =>
          deed.login === 'basic' ? byBasic(deed, exchange, text) : byNtlm(deed, text);
        let answer = await send(enumerate, enumerate.request);
        const found = [...namesIn(answer)];
        // One item of each Pull, until there is no context any more.
        for (;;) {
          const context = /<n:EnumerationContext>([^<]+)</.exec(answer)?.[1];
          if (context === undefined) break;
          assert.ok(pull !== null, 'it pulls');
          answer = await send(pull, pull.request.replace('{{context}}', context));
          found.push(...namesIn(answer));
        }
        // By its class the host is one of them.
        const machines = found.filter((each) => ['first', 'second'].includes(each));
        assert.deepEqual(machines.toSorted(), ['first', 'second']);
        assert.equal(found.length, deed.filtered ? 2 : 3, found.join(', '));
      });

  /** What its play says is done by hand; over HTTPS by Ansible itself too, where this host has it. */
  for (const scheme of ['https', 'http'] as const)
    test(`ansible over ${scheme}: its play finds the machines`, async () => {
      const recipe = RECIPES['ansible']?.(place(scheme)) ?? assert.fail();
      const [play] = parse(recipe) as readonly { tasks: readonly Readonly<Record<string, Play>>[] }[];
      const asked = play?.tasks[0]?.['ansible.builtin.uri'] ?? assert.fail(recipe);
      assert.equal(asked.url_password, "{{ lookup('ansible.builtin.env', 'VSMS_PASSWORD') }}");
      assert.equal(asked.force_basic_auth, true);
      writeFileSync(join(directory, 'vsms.pem'), await service.certificate());
      const trust = asked.ca_path === undefined ? [] : ['--cacert', asked.ca_path];
      const login = ['--user', `${asked.url_username}:${service.password}`];
      const { stdout } = await run('curl', ['--silent', '--fail', ...trust, ...login, asked.url], { cwd: directory });
      const { items } = JSON.parse(stdout) as { readonly items: readonly { readonly name: string }[] };
      assert.deepEqual(items.map(({ name }) => name).toSorted(), ['first', 'second']);
      if (scheme === 'http' || !existsSync(ANSIBLE)) return;
      writeFileSync(join(directory, 'machines.yaml'), recipe);
      const env = { PATH: '/usr/bin:/bin', HOME: directory, LC_ALL: 'C.UTF-8', VSMS_PASSWORD: service.password };
      const done = await run(ANSIBLE, ['machines.yaml'], { cwd: directory, env });
      assert.match(done.stdout, /"msg": \[\s+"first",\s+"second"\s+\]/);
    });
});

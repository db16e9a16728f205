import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SystemdRoot } from './kit/systemd-root.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');
const VERSION = '0.1.0';
/** Of the package that the first one is upgraded to. */
const LATER = '0.1.1';
const PASSWORD = 'correct horse battery';
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VSMS_|NODE_TEST|NODE_OPTIONS|NODE_COMPILE_CACHE)/.test(name)),
);

/** After a purge: what was installed, has the name of the service, or names it in settings. The data stays, and its user with it. */
const INSTALLED_OR_NAMED = `
while read -r file; do [ -d "$file" ] || { [ ! -e "$file" ] && [ ! -L "$file" ]; } || echo "$file"; done < /root/files
find / -xdev -name '*vsms*' ! -path '/var/lib/vsms*' ! -path '/root/*' ! -path '/proc/*'
grep -rlI vsms /etc | grep -vE '^/etc/(passwd|group|shadow|gshadow)-?$' || true
`;
/** What was written since the package was installed, but for what apt and dpkg keep of all packages. */
const WRITTEN = `
find / -xdev ! -type d -newer /root/installed ! -path '/var/lib/vsms/*' ! -path '/root/*' ! -path '/proc/*' \\
  ! -path '/var/lib/dpkg/*' ! -path '/var/lib/apt/*' ! -path '/var/cache/apt/*' ! -path '/var/log/apt/*' ! -path /var/log/dpkg.log \\
  | grep -vE '^/etc/(passwd|group|shadow|gshadow)-?$' || true
`;

/** What somebody does on a root where nothing but the base system of Debian is; the package lies in /root. */
const ON_A_CLEAN_ROOT = `
export DEBIAN_FRONTEND=noninteractive HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin
export VSMS_ADMIN_PASSWORD='${PASSWORD}' VSMS_PASSWORD='${PASSWORD}' VSMS_ACCELERATOR=tcg VSMS_HTTP_PORT=0 VSMS_HTTPS_PORT=0
serve() {
  rm -f /var/lib/vsms/endpoints.json
  vsms server > /root/service.log 2>&1 &
  service=$!
  for _ in $(seq 600); do [ ! -e /var/lib/vsms/endpoints.json ] || return 0; sleep 0.1; done
  cat /root/service.log; exit 1
}
apt-get update -qq
apt-get install -y -qq --no-install-recommends /root/vsms.deb >/root/apt.log 2>&1 || { cat /root/apt.log; exit 1; }
vsms --version
touch /root/installed
echo "listen = '127.0.0.1' # mine" > /etc/vsms/vsms.toml
serve
vsms vm create web --generation 1 --memory 64
vsms vm start web
guest=$(vsms vm list -o json | grep -o '"processId": *[0-9]*' | grep -o '[0-9]*$')
echo "guest runs as $(ps -o user= -p "$guest")"
dpkg -i /root/newer.deb >>/root/apt.log 2>&1
echo "upgraded to $(vsms --version), $(dpkg-query -W -f '\${Version}' vsms)"
[ -e /usr/share/doc/vsms/LATER ] && [ ! -e /usr/share/doc/vsms/README.md ] && echo 'files are those of the newer one'
grep -q mine /etc/vsms/vsms.toml && echo 'settings are kept'
kill $service; wait $service || true
serve
vsms vm list
[ "$guest" = "$(vsms vm list -o json | grep -o '"processId": *[0-9]*' | grep -o '[0-9]*$')" ] && kill -0 "$guest" && echo 'the guest runs on'
dpkg -L vsms > /root/files
apt-get purge -y -qq vsms >>/root/apt.log 2>&1
for _ in $(seq 100); do pgrep -f qemu-system >/dev/null || break; sleep 0.1; done
pgrep -fa 'qemu-system|vsms server' || echo 'nothing runs'
${INSTALLED_OR_NAMED}${WRITTEN}
ls /var/lib/vsms
`;

/** README, "Two commands", where nothing but the base system, git and Debian's own npm is. */
const FROM_A_CLONE = `
export DEBIAN_FRONTEND=noninteractive HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin
export VSMS_ADMIN_PASSWORD='${PASSWORD}' VSMS_PASSWORD='${PASSWORD}' VSMS_ACCELERATOR=tcg VSMS_HTTP_PORT=0 VSMS_HTTPS_PORT=0
apt-get update -qq
apt-get install -y -qq --no-install-recommends git nodejs npm >/root/apt.log 2>&1 || { cat /root/apt.log; exit 1; }
git clone -q /root/clone /root/vsms
cd /root/vsms
script/server >/root/service.log 2>&1 &
service=$!
while [ ! -e /var/lib/vsms/endpoints.json ] && kill -0 $service 2>/dev/null; do sleep 0.2; done
grep '^vsms listens' /root/service.log || { cat /root/service.log; exit 1; }
script/vsms vm create web --generation 1 --memory 64
script/vsms vm start web
script/vsms vm list
ls console/dist/index.html
script/vsms vm stop web
kill $service; wait $service
`;

/** Answers when the service has written where it listens. */
const endpoints = async (dataDirectory: string): Promise<{ readonly http: string }> => {
  for (let i = 0; i < 600; i++) {
    const text = await readFile(join(dataDirectory, 'endpoints.json'), 'utf8').catch(() => null);
    if (text !== null) return JSON.parse(text) as { http: string };
    await sleep(100);
  }
  return assert.fail('the service writes endpoints.json');
};

describe('packages', () => {
  let directory = '';
  let deb = '';
  let newer = '';
  let npm = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-packages-'));
    const { stdout } = await run(join(ROOT, 'script/package'), [join(directory, 'dist')], { env: ENVIRONMENT });
    [deb = '', npm = ''] = stdout.trim().split('\n');
    newer = await repacked();
  });
  after(() => rm(directory, { recursive: true, force: true }));

  /** The package as a later version, which the program says as well, with one file more and one less. */
  const repacked = async (): Promise<string> => {
    const tree = join(directory, 'newer');
    await run('dpkg-deb', ['-R', deb, tree]);
    const lib = join(tree, 'usr/lib/vsms');
    const places = [
      join(tree, 'DEBIAN/control'),
      join(lib, 'package.json'),
      join(lib, 'src/daemon/version.js'),
      join(lib, 'src/cli/main.cjs'),
    ];
    for (const place of places) {
      const text = await readFile(place, 'utf8');
      assert.ok(text.includes(VERSION), place);
      await writeFile(place, text.replaceAll(VERSION, LATER));
    }
    await rename(join(tree, 'usr/share/doc/vsms/README.md'), join(tree, 'usr/share/doc/vsms/LATER'));
    const file = join(directory, 'newer.deb');
    await run('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, file]);
    return file;
  };

  test('the command line starts from few files, and without what only some commands need', async () => {
    const cli = join(directory, 'newer/usr/lib/vsms/src/cli');
    const told = `process.on('exit', () => console.log('\\n' + JSON.stringify(process.moduleLoadList.concat(Object.keys(require.cache)))));
      process.argv.splice(1, 0, ${JSON.stringify(join(cli, 'main.cjs'))}); require(process.argv[1]);`;
    const loaded = async (...words: string[]): Promise<readonly string[]> => {
      const { stdout } = await run(process.execPath, ['-e', told, '--', ...words], { env: ENVIRONMENT });
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as readonly string[];
    };
    const ours = (all: readonly string[]): readonly string[] =>
      all.filter((name) => name.startsWith(directory)).map((name) => relative(cli, name));
    assert.deepEqual(ours(await loaded('--version')), ['main.cjs']);
    const list = await loaded('vm', 'list', '--help');
    assert.deepEqual(ours(list), ['main.cjs', 'machines.cjs']);
    assert.ok(list.includes('NativeModule fs'));
    // commander asks for it, for a kind of command that we have none of.
    assert.ok(!list.includes('NativeModule child_process'));
  });

  /** A base system of Debian with the package in /root; made once, and copied. */
  const baseSystem = async (root: string): Promise<void> => {
    const base = join(directory, 'base');
    if (!existsSync(base)) {
      await run('debootstrap', ['--variant=minbase', '--include=procps', 'bookworm', base], { maxBuffer: 1 << 24 });
      for (const file of ['resolv.conf', 'hosts']) await run('cp', [`/etc/${file}`, join(base, 'etc', file)]);
      await run('cp', [deb, join(base, 'root/vsms.deb')]);
      await run('cp', [newer, join(base, 'root/newer.deb')]);
    }
    await run('cp', ['-a', base, root]);
  };

  /** In mounts and processes of its own: whatever happens, nothing of it is left. */
  const runOn = async (root: string, script: string, environment = ''): Promise<string> => {
    const inside = `mount -t proc proc '${root}/proc'; exec env ${environment} chroot '${root}' sh /${script}`;
    const { stdout } = await run('unshare', ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-euc', inside], {
      env: ENVIRONMENT,
      maxBuffer: 1 << 24,
    }).catch((error: { stdout: string; stderr: string }) => assert.fail(`${error.stdout}\n${error.stderr}`));
    return stdout;
  };

  test('the Debian package on a clean root: install, use, upgrade under a running guest, remove without a trace but data', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('debootstrap and chroot need root');
    const root = join(directory, 'root');
    await baseSystem(root);
    await writeFile(join(root, 'root/use.sh'), `set -eu\n${ON_A_CLEAN_ROOT}`);
    const stdout = await runOn(root, 'root/use.sh');
    const lines = stdout.trim().split('\n');
    assert.equal(lines[0], VERSION);
    assert.ok(lines.includes(`upgraded to ${LATER}, ${LATER}`), stdout);
    assert.match(stdout, /files are those of the newer one/);
    assert.match(stdout, /guest runs as vsms-q/);
    assert.match(stdout, /settings are kept/);
    assert.match(stdout, /web +running/i);
    assert.match(stdout, /the guest runs on/);
    const rest = lines.slice(lines.indexOf('nothing runs') + 1);
    assert.deepEqual(
      rest.filter((line) => line.startsWith('/')),
      [],
    );
    assert.ok(rest.includes('state'), 'data of the machines is kept');
    return undefined;
  });

  test('a clone on a clean root with the npm of Debian: script/server sets up all that it needs, and a guest runs', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('debootstrap and chroot need root');
    const root = join(directory, 'cloned');
    await baseSystem(root);
    await run('git', ['clone', '-q', '--bare', ROOT, join(root, 'root/clone')]);
    await writeFile(join(root, 'root/use.sh'), `set -eu\n${FROM_A_CLONE}`);
    // Where this host trusts another authority for the registry, so does the root.
    const authorities = process.env['NODE_EXTRA_CA_CERTS'];
    if (authorities !== undefined) await run('cp', ['-L', authorities, join(root, 'root/authorities.pem')]);
    const trusted = authorities === undefined ? '' : 'NODE_EXTRA_CA_CERTS=/root/authorities.pem';
    const stdout = await runOn(root, 'root/use.sh', trusted);
    assert.match(stdout, /^vsms listens on http:.*\(qemu 7\./m);
    assert.match(stdout, /web +running/i);
    assert.match(stdout, /console\/dist\/index\.html/);
    return undefined;
  });

  test('systemd runs it: started when installed, guests outlive restart, crash and upgrade, and are saved with the host', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('a systemd of its own needs root');
    const root = join(directory, 'booted');
    await baseSystem(root);
    await mkdir(join(root, 'etc/vsms/conf.d'), { recursive: true });
    await writeFile(
      join(root, 'etc/vsms/conf.d/test.toml'),
      'http_port = 0\nhttps_port = 0\ncimxml_port = 0\ncimxmls_port = 0\naccelerator = "tcg"\n',
    );
    await using host = await SystemdRoot.make(root);
    await host.boot();
    await host.run(
      'apt-get install -y -qq --no-install-recommends /root/vsms.deb >/root/apt.log 2>&1 || { cat /root/apt.log; exit 1; }',
    );
    // Type=notify: active is what has said that it listens.
    assert.equal(await host.run('systemctl is-active vsms vsms-host-shutdown'), 'active\nactive');
    assert.equal(await host.run('systemctl is-enabled vsms vsms-host-shutdown'), 'enabled\nenabled');
    assert.match(await host.run('systemctl show -P StatusText vsms'), /^Listens on http:/);
    assert.doesNotMatch(await host.run('journalctl -u vsms -o cat'), /has the password/);
    const vsms = (line: string): Promise<string> =>
      host.run(`export VSMS_PASSWORD=$(cat /var/lib/vsms/state/first-password); vsms ${line}`);
    const main = (): Promise<string> => host.run('systemctl show -P MainPID vsms');
    const guest = async (): Promise<string> =>
      /"processId": (\d+)/.exec(await vsms('vm list -o json').catch(() => ''))?.[1] ?? '';
    const answers = async (): Promise<void> => {
      for (let n = 0; n < 900 && !(await vsms('vm list').then(Boolean, () => false)); n++) await sleep(100);
    };

    await vsms('disk create /var/lib/vsms/disks/web.vhdx --size 64M');
    await vsms('vm create web --generation 1 --memory 64 --disk /var/lib/vsms/disks/web.vhdx');
    await vsms('vm set web --stop save --start start-if-running');
    await vsms('vm start web');
    const first = await guest();
    assert.match(await host.run(`ps -o user= -p ${first}`), /^vsms-q/);
    await host.run('systemctl restart vsms');
    await answers();
    assert.equal(await guest(), first, 'over a restart');
    const killed = await main();
    await host.run(`kill -KILL ${killed}`);
    for (let n = 0; n < 900 && ['0', killed].includes(await main()); n++) await sleep(100);
    await answers();
    assert.equal(await guest(), first, 'over a crash, after which systemd starts it again');
    const former = await main();
    await host.run('dpkg -i /root/newer.deb >>/root/apt.log 2>&1');
    await answers();
    assert.notEqual(await main(), former, 'the service of the newer package');
    assert.equal(await vsms('--version'), LATER);
    assert.equal(await guest(), first, 'over an upgrade');

    // What the unit takes from the service is gone, and it has worked all the same.
    for (const place of ['usr', 'etc', 'usr/lib/modules'])
      await assert.rejects(
        host.run(`touch /proc/$(systemctl show -P MainPID vsms)/root/${place}/x`),
        /Read-only|No such/,
      );
    const status = await host.run('cat /proc/$(systemctl show -P MainPID vsms)/status');
    const bounding = BigInt(`0x${/^CapBnd:\s*(\w+)/m.exec(status)?.[1]}`);
    assert.equal(bounding & ((1n << 16n) | (1n << 17n) | (1n << 22n)), 0n, 'no modules, no raw I/O, no reboot');
    await host.run(
      'systemd-analyze security --threshold=65 --no-pager vsms >/root/security 2>&1 || { tail -1 /root/security; exit 1; }',
    );

    await host.powerOff();
    await host.boot();
    await answers();
    for (let n = 0; n < 900 && (await guest()) === ''; n++) await sleep(100);
    assert.match(await vsms('vm list'), /web +running/i, 'as it was before the host went down');
    assert.notEqual(await guest(), '');
    assert.equal(await host.run('systemctl --failed --no-legend'), '');
    // What the administrator made stays; that is this test.
    await host.run('rm /etc/vsms/conf.d/test.toml');
    await host.run('dpkg -L vsms > /root/files; apt-get purge -y -qq vsms >>/root/apt.log 2>&1');
    assert.equal(await host.run(`sh -eu <<'END'\n${INSTALLED_OR_NAMED}END`), '');
    assert.equal(await host.run('systemctl list-units --all --no-legend "vsms*"; pgrep qemu-system || true'), '');
    assert.equal(await host.run('ls /var/lib/vsms/disks'), 'web.vhdx');
    return undefined;
  });

  test('its units are what systemd takes, and start what is installed', async () => {
    const tree = join(directory, 'unpacked');
    await run('dpkg-deb', ['-x', deb, tree]);
    const units = await readdir(join(tree, 'usr/lib/systemd/system'));
    assert.deepEqual(units.toSorted(), ['vsms-host-shutdown.service', 'vsms.service']);
    const here: string[] = [];
    for (const unit of units) {
      const text = await readFile(join(tree, 'usr/lib/systemd/system', unit), 'utf8');
      // Programs are looked for where they are unpacked to.
      await writeFile(join(directory, unit), text.replaceAll(/=(\/usr\/(?:bin|lib)\/vsms)/g, `=${tree}$1`));
      here.push(join(directory, unit));
    }
    const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', ...here]);
    // Of the other units of this host it may say something.
    assert.doesNotMatch(`${stdout}${stderr}`, /vsms/);
  });

  test('the npm package: npx vsms server --simulated, the command line, and the client for programs', async () => {
    const home = join(directory, 'npm');
    await mkdir(home, { recursive: true });
    await writeFile(join(home, 'package.json'), '{"private": true, "type": "module"}');
    const settings = {
      VSMS_DATA_DIR: join(home, 'data'),
      VSMS_RUN_DIR: join(home, 'run'),
      VSMS_CONFIG: '/nonexistent/vsms.toml',
      VSMS_ADMIN_PASSWORD: PASSWORD,
      VSMS_PASSWORD: PASSWORD,
      VSMS_HTTP_PORT: '0',
      VSMS_HTTPS_PORT: '0',
    };
    const options = { cwd: home, env: { ...ENVIRONMENT, ...settings } };
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', npm], options);
    const service = spawn('npx', ['vsms', 'server', '--simulated'], { ...options, stdio: 'ignore' });
    const ended = once(service, 'exit');
    try {
      const { http } = await endpoints(settings.VSMS_DATA_DIR);
      await run('npx', ['vsms', 'vm', 'create', 'web', '--switch', 'Default Switch'], options);
      // The examples of the document, with the address and the password of this service.
      const page = await readFile(join(ROOT, 'docs/packages.md'), 'utf8');
      const told: string[] = [];
      for (const [, example = ''] of page.matchAll(/^```js\n([^]*?)^```/gm)) {
        await writeFile(
          join(home, 'use.js'),
          `const password = ${JSON.stringify(PASSWORD)}, ca = undefined;\n${example.replace('https://host:5986', http)}`,
        );
        told.push((await run(process.execPath, ['use.js'], options)).stdout);
      }
      assert.equal(told.length, 3);
      assert.match(told[0] ?? '', /ElementName: 'Network Adapter'/);
      assert.match(told[1] ?? '', /^api running$/m);
      assert.match(told[2] ?? '', /before true\nbefore true\n$/);
      const { stdout: list } = await run('npx', ['vsms', 'vm', 'list'], options);
      assert.match(list, /web +running/i);
    } finally {
      const { pid } = JSON.parse(await readFile(join(settings.VSMS_DATA_DIR, 'endpoints.json'), 'utf8')) as {
        pid: number;
      };
      process.kill(pid, 'SIGTERM');
      await ended;
    }
  });
});

import { X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { loadConfig, type Config } from '../../daemon/config/config.ts';
import { isEnding, isOwn, ownCertificateFile } from '../../daemon/listeners/certificate-store.ts';
import { createQemuHypervisor } from '../../qemu/hypervisor.ts';
import { type Finding, showFindings } from './finding.ts';
import { missingConfinement } from '../../qemu/supervise/confinement.ts';
import { hasDefaultUser } from '../../qemu/supervise/user.ts';

/** What each program is needed for, and the Debian package that has it. */
const PROGRAMS: readonly (readonly [string, string, string])[] = [
  ['qemu-system-x86_64', 'qemu-system-x86', 'running machines'],
  ['qemu-img', 'qemu-utils', 'virtual hard disks'],
  ['qemu-storage-daemon', 'qemu-utils', 'VHD and VHDX disks'],
  ['swtpm', 'swtpm', 'virtual TPMs'],
  ['setfacl', 'acl', 'disks in directories that QEMU may not read'],
];

/** Looks at this host as the service would, and says what is missing and how to mend it. Exit code 1 when something is. */
export async function doctor(output: string): Promise<void> {
  const config = loadConfig({ environment: process.env, root: process.getuid?.() === 0 });
  const findings = [
    ...programs(),
    ...firmware(),
    ...dataDirectory(config),
    ...service(config),
    ...certificate(config),
    ...(await helpers()),
    ...(await accelerator(config)),
  ];
  await showFindings(findings, output);
}

function programs(): Finding[] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return PROGRAMS.map(([program, packageName, purpose]) => {
    const found = folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
    return found === undefined
      ? { verdict: 'bad', what: program, text: `not found; needed for ${purpose}: apt-get install ${packageName}` }
      : { verdict: 'ok', what: program, text: found };
  });
}

function firmware(): Finding[] {
  const missing = ['OVMF_CODE_4M.fd', 'OVMF_VARS_4M.fd', 'OVMF_VARS_4M.ms.fd'].filter(
    (name) => !existsSync(join('/usr/share/OVMF', name)),
  );
  return [
    missing.length === 0
      ? { verdict: 'ok', what: 'UEFI firmware', text: '/usr/share/OVMF' }
      : {
          verdict: 'bad',
          what: 'UEFI firmware',
          text: `${missing.join(', ')} not found; needed for generation 2: apt-get install ovmf`,
        },
  ];
}

function dataDirectory(config: Config): Finding[] {
  if (!existsSync(config.data_dir))
    return [{ verdict: 'note', what: 'data directory', text: `${config.data_dir} is made at first start` }];
  try {
    accessSync(config.data_dir, constants.W_OK);
  } catch {
    return [
      {
        verdict: 'bad',
        what: 'data directory',
        text: `${config.data_dir} cannot be written by this user; set VSMS_DATA_DIR`,
      },
    ];
  }
  const { bavail, bsize } = statfsSync(config.data_dir);
  const freeGb = (bavail * bsize) / 2 ** 30;
  return [
    {
      verdict: freeGb < 1 ? 'bad' : 'ok',
      what: 'data directory',
      text: `${config.data_dir}, ${freeGb.toFixed(1)} GiB free`,
    },
  ];
}

function service(config: Config): Finding[] {
  try {
    const endpoints = JSON.parse(readFileSync(join(config.data_dir, 'endpoints.json'), 'utf8')) as {
      http: string;
      https: string;
      pid: number;
    };
    const lives = existsSync(`/proc/${endpoints.pid}`);
    return [
      lives
        ? {
            verdict: 'ok',
            what: 'service',
            text: `process ${endpoints.pid} listens on ${endpoints.http} and ${endpoints.https}`,
          }
        : {
            verdict: 'note',
            what: 'service',
            text: 'not running; the last one did not end by itself. Start it with script/server',
          },
    ];
  } catch {
    return [{ verdict: 'note', what: 'service', text: 'not running; start it with script/server' }];
  }
}

function certificate(config: Config): Finding[] {
  const own = ownCertificateFile(join(config.data_dir, 'state'));
  const file = config.tls_certificate ?? own;
  // Made at first start.
  if (file === own && !existsSync(file)) return [];
  const finding = (verdict: Finding['verdict'], text: string): Finding[] => [
    { verdict, what: 'TLS certificate', text },
  ];
  try {
    const pem = readFileSync(file, 'utf8');
    const { validFromDate, validToDate, fingerprint256 } = new X509Certificate(pem);
    const said = `${file}, SHA-256 ${fingerprint256}`;
    const next =
      config.tls_certificate === null && isOwn(pem)
        ? 'the service makes a new one when it runs'
        : 'put another one in its place; a service that runs takes it up';
    if (validToDate.getTime() < Date.now())
      return finding('bad', `${said}: expired ${validToDate.toISOString()}; ${next}`);
    if (validFromDate.getTime() > Date.now())
      return finding('bad', `${said}: not valid before ${validFromDate.toISOString()}; look at the clock, or ${next}`);
    return finding(
      isEnding(pem) ? 'note' : 'ok',
      `${said}, until ${validToDate.toISOString()}${isEnding(pem) ? `: ${next}` : ''}`,
    );
  } catch (error) {
    return finding('note', `${file} cannot be looked at: ${(error as Error).message}`);
  }
}

/** What works on what others made, and is bounded (docs/security.md, "Helpers"). */
async function helpers(): Promise<Finding[]> {
  const missing = await missingConfinement();
  return [
    missing.length === 0
      ? { verdict: 'ok', what: 'helpers', text: 'no network, mounts of their own, a filter of system calls' }
      : { verdict: 'note', what: 'helpers', text: `${missing.join('; ')}. All other bounds hold` },
  ];
}

/** Boots the probe guest like the service does; the verdict that the service remembers is not touched. */
async function accelerator(config: Config): Promise<Finding[]> {
  if (config.hypervisor === 'simulated') {
    return [{ verdict: 'note', what: 'hypervisor', text: 'simulated: no guest really runs (VSMS_HYPERVISOR)' }];
  }
  const scratch = mkdtempSync(join(tmpdir(), 'vsms-doctor-'));
  const quiet = (): void => undefined;
  try {
    const hypervisor = await createQemuHypervisor({
      stateDirectory: join(scratch, 'state'),
      runDirectory: join(scratch, 'run'),
      accelerator: config.accelerator,
      // As the service has it; a look makes no account.
      user: (await hasDefaultUser()) ? 'auto' : 'self',
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
    const { version, accelerator: chosen, reason } = hypervisor.verdict;
    await hypervisor.close();
    return [
      { verdict: 'ok', what: 'QEMU', text: version },
      { verdict: chosen === 'kvm' ? 'ok' : 'note', what: 'accelerator', text: `${chosen}. ${reason}` },
    ];
  } catch (error) {
    return [{ verdict: 'bad', what: 'QEMU', text: (error as Error).message }];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

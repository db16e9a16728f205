import { constants } from 'node:fs';
import { access, chmod, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { DomainError } from '../../core/errors.ts';
import type { HypervisorVerdict } from '../../core/ports.ts';
import { ENLIGHTENMENTS } from '../command-line/machine.ts';
import { keyed } from '../command-line/options.ts';
import type { AdapterLog } from '../log.ts';
import { runCommand, TOOL_PATH } from '../supervise/run-command.ts';
import type { RunUser } from '../supervise/user.ts';
import { probeGuest } from './probe-guest.ts';
import { runProbe, type ProbeResult } from './run-probe.ts';

/** `auto`: KVM where it boots a guest, else TCG. `kvm`: KVM or nothing. `tcg`: TCG without a look at KVM. */
export type AcceleratorPolicy = 'auto' | 'kvm' | 'tcg';

export interface AcceleratorChoice {
  readonly verdict: HypervisorVerdict;
  readonly enlightenments: boolean;
}

const KVM_DEVICE = '/dev/kvm';
/** SeaBIOS alone takes 1.3 s on software KVM (spec qemu §0); true hardware needs a fraction. */
const PROBE_LIMIT_MS = 5000;
/** What Windows guests will be given must work as a whole. */
const [, ENLIGHTENED_CPU = 'host'] = keyed('-cpu', 'host', ENLIGHTENMENTS);

const rememberedShape = z.object({
  version: z.literal(1),
  /** What the verdict depends on: program, its file, kernel. */
  key: z.string(),
  qemuVersion: z.string().max(64),
  kvm: z.object({ works: z.boolean(), why: z.string().max(1000) }),
  enlightenments: z.boolean(),
});
type Remembered = z.output<typeof rememberedShape>;

/**
 * Chooses the accelerator by booting something: that /dev/kvm opens proves nothing (spec qemu §0, §11). The verdict is
 * remembered until QEMU or the kernel changes.
 */
export async function chooseAccelerator(
  policy: AcceleratorPolicy,
  options: {
    readonly program: string;
    readonly directory: string;
    readonly user: RunUser | null;
    readonly log: AdapterLog;
    /** Where KVM is. */
    readonly kvmDevice?: string;
  },
): Promise<AcceleratorChoice> {
  const { user, kvmDevice: device = KVM_DEVICE } = options;
  const program = await findProgram(options.program);
  const { mtimeMs, size } = await stat(program);
  const key = [program, mtimeMs, size, release(), await kvmRights(device, user)].join(' ');
  const file = join(options.directory, 'accelerator.json');
  let known = await recall(file, key);
  // An operator who says tcg is not made to wait for a probe of something else.
  if (known === null && policy !== 'tcg') {
    known = await measure({ key, program, directory: options.directory, user, device });
    await remember(file, known);
    options.log.info({ ...known.kvm, qemu: known.qemuVersion }, 'accelerator probed');
  }
  const version = known?.qemuVersion ?? (await qemuVersion(program));
  return decide(policy, version, known);
}

function decide(policy: AcceleratorPolicy, version: string, known: Remembered | null): AcceleratorChoice {
  const verdict = (accelerator: 'kvm' | 'tcg', reason: string): AcceleratorChoice => ({
    verdict: { hypervisor: 'qemu', version, accelerator, reason },
    enlightenments: accelerator === 'kvm' && known?.enlightenments === true,
  });
  if (policy === 'tcg' || known === null) return verdict('tcg', 'The configuration asks for TCG (software emulation).');
  if (known.kvm.works) return verdict('kvm', `KVM works: ${known.kvm.why}.`);
  if (policy === 'kvm') {
    throw new DomainError(
      'notAvailable',
      `The configuration asks for KVM, but it cannot be used here: ${known.kvm.why}. Set the accelerator to auto or tcg.`,
    );
  }
  return verdict(
    'tcg',
    `KVM cannot be used here: ${known.kvm.why}. Guests run under TCG (software emulation), which is slower.`,
  );
}

interface Measured {
  readonly key: string;
  readonly program: string;
  readonly directory: string;
  readonly user: RunUser | null;
  /** Path of KVM's device. */
  readonly device: string;
}

async function measure({ key, program, directory, user, device }: Measured): Promise<Remembered> {
  const qemu = await qemuVersion(program);
  if (!(await isDevice(device))) {
    return {
      version: 1,
      key,
      qemuVersion: qemu,
      kvm: { works: false, why: `there is no ${device} on this host` },
      enlightenments: false,
    };
  }
  const image = await placeProbe(directory);
  const probe = (cpu: string): Promise<ProbeResult> =>
    runProbe({ program, image, accelerator: 'kvm', cpu, user: null, limitMs: PROBE_LIMIT_MS });
  const denied = await kvmDenied(device, user);
  const kvm = denied === null ? await probe('host') : { works: false as const, why: denied };
  const enlightened = kvm.works && (await probe(ENLIGHTENED_CPU)).works;
  const why = kvm.works ? `a test guest booted in ${kvm.tookMs} ms` : kvm.why;
  return { version: 1, key, qemuVersion: qemu, kvm: { works: kvm.works, why }, enlightenments: enlightened };
}

/** The user that machines run as must be able to open it, not only the service. */
async function kvmDenied(device: string, user: RunUser | null): Promise<string | null> {
  const { mode, gid } = await stat(device);
  if (user === null) {
    return access(device, constants.R_OK | constants.W_OK).then(
      () => null,
      () => `this user may not open ${device}; add it to the group kvm`,
    );
  }
  const others = (mode & 0o006) === 0o006;
  const group = (mode & 0o060) === 0o060 && (gid === user.kvmGid || gid === user.gid);
  return others || group
    ? null
    : `the user ${user.name} may not open ${device}; give it to the group kvm, as udev does`;
}

/** Whoever gives the user of machines the right to open it wants another verdict at the next start. */
async function kvmRights(device: string, user: RunUser | null): Promise<string> {
  return stat(device).then(
    ({ mode, uid, gid }) => `kvm ${mode.toString(8)} ${uid} ${gid} for ${user?.uid ?? 'self'} ${user?.kvmGid ?? ''}`,
    () => 'no kvm',
  );
}

async function isDevice(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isCharacterDevice(),
    () => false,
  );
}

async function placeProbe(directory: string): Promise<string> {
  const image = join(directory, 'probe-guest.bin');
  const temporary = `${image}.${process.pid}.new`;
  await writeFile(temporary, probeGuest());
  await chmod(temporary, 0o644);
  await rename(temporary, image);
  return image;
}

async function qemuVersion(program: string): Promise<string> {
  const text = await runCommand(program, ['--version']);
  return /version (\d{1,3}\.\d{1,3}\.\d{1,3})/.exec(text)?.[1] ?? 'unknown';
}

async function findProgram(program: string): Promise<string> {
  const candidates = program.includes('/')
    ? [program]
    : TOOL_PATH.split(delimiter).map((directory) => join(directory, program));
  for (const candidate of candidates) {
    const found = await access(candidate, constants.X_OK).then(
      () => realpath(candidate),
      () => null,
    );
    if (found !== null) return found;
  }
  throw new DomainError(
    'notAvailable',
    `There is no ${program} on this host. Install the package qemu-system-x86, or use the simulated hypervisor.`,
  );
}

async function recall(file: string, key: string): Promise<Remembered | null> {
  try {
    const known = rememberedShape.parse(JSON.parse(await readFile(file, 'utf8')));
    return known.key === key ? known : null;
  } catch {
    return null;
  }
}

async function remember(file: string, verdict: Remembered): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  await writeFile(temporary, JSON.stringify(verdict));
  await rename(temporary, file);
}

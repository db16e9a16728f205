import { NotFoundError } from '../../client/by-name.ts';
import type { CimClient } from '../../client/cim-client.ts';
import { MethodError } from '../../client/method-error.ts';
import type { Finding } from '../../client/findings.ts';
import { Images } from '../../client/images.ts';
import { Plans } from '../../client/plans.ts';
import { VirtualMachines } from '../../client/virtual-machines.ts';
import { byteSize } from '../byte-size.ts';
import { Interrupted, interruptible } from '../interrupt.ts';
import { changeTo } from './apply.ts';
import { memoryOf, sameFile } from './diff.ts';
import type { Manifest, ManifestDisk } from './schema.ts';
import type { MachineNow } from './state.ts';

/** What the service says of a machine that is not made yet. */
export interface Trial {
  /** What a step was refused for, as the machine itself would be; null: nothing was. */
  readonly refused: string | null;
  readonly findings: readonly Finding[];
}

/**
 * Has the service look at the machine that a file asks for: a plan of it is defined, changed and validated like any import, and
 * forgotten again, also when it is interrupted. Disks that would be made for it are left out. `now` null: the machine is new. `more`:
 * changes that a file cannot say, of the plan whose id it is given.
 * @throws Interrupted
 */
export const tryOut = async (
  client: CimClient,
  now: MachineNow | null,
  wanted: Manifest,
  more: (plan: string) => Promise<void> = async () => undefined,
): Promise<Trial> => {
  const trial = await interruptible((signal) => tried(client, now, wanted, more, signal));
  if (trial === null) throw new Interrupted();
  return trial;
};

const tried = async (
  client: CimClient,
  now: MachineNow | null,
  wanted: Manifest,
  more: (plan: string) => Promise<void>,
  signal: AbortSignal,
): Promise<Trial> => {
  const plans = new Plans(client);
  let plan: string | null = null;
  try {
    // State is no setting, and nobody starts a plan.
    const { state: _, ...whole } = { ...now?.manifest, ...wanted };
    const disks = whole.disks === undefined ? undefined : await thoseThere(new Images(client), whole.disks);
    const generation = whole.generation ?? 2;
    const memory = whole.memory === undefined ? null : memoryOf(whole.memory);
    plan = await new VirtualMachines(client).create({
      name: whole.name,
      generation,
      memoryMb: memory?.startup ?? 1024,
      processors: whole.processors ?? 1,
      disks: [],
      isos: [],
      switch: null,
      serial: whole.serial ?? null,
      secureBoot: whole.secureBoot ?? true,
      notes: '',
      planned: true,
    });
    signal.throwIfAborted();
    const blank: MachineNow = {
      machine: { id: plan, name: whole.name, state: 0, processId: null, onTimeMs: 0 },
      manifest: { name: whole.name, generation },
      disks: [],
      adapters: [],
    };
    await changeTo(client, blank, disks === undefined ? whole : { ...whole, disks });
    await more(plan);
    const findings = await plans.validate(plan);
    signal.throwIfAborted();
    return { refused: null, findings: findings.filter((finding) => !isItsOwn(now, finding)) };
  } catch (error) {
    if (error instanceof MethodError || error instanceof NotFoundError) return { refused: error.message, findings: [] };
    throw error;
  } finally {
    if (plan !== null) await plans.discard(plan);
  }
};

/** A disk is in use by another machine (planned-systems §6). */
const DISK_SHARED = '90017';

/** The plan has the disks of the machine that it stands for: that one does not share them with another. */
const isItsOwn = (now: MachineNow | null, { messageId, arguments: [disk = ''] }: Finding): boolean =>
  messageId === DISK_SHARED && now?.disks.some(({ file }) => sameFile(file, disk)) === true;

/** Without those that are to be made. @throws UsageError for a size that is none */
const thoseThere = async (images: Images, disks: readonly ManifestDisk[]): Promise<ManifestDisk[]> => {
  const there: ManifestDisk[] = [];
  for (const { size, ...disk } of disks) {
    if (typeof size === 'string') byteSize(size, `size of ${disk.file}`);
    if (size === undefined || (await isThere(images, disk.file))) there.push(disk);
  }
  return there;
};

const isThere = async (images: Images, file: string): Promise<boolean> => {
  try {
    await images.describe(file);
    return true;
  } catch (error) {
    if (error instanceof MethodError) return false;
    throw error;
  }
};

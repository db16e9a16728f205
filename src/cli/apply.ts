import { NotFoundError } from '../client/by-name.ts';
import type { CimClient } from '../client/cim-client.ts';
import { connect, type ConnectOptions, UsageError } from './connect.ts';
import { EXIT } from './exit-codes.ts';
import { documentText } from './print/listing.ts';
import { changeTo, createFrom } from './manifest/apply.ts';
import { differences } from './manifest/diff.ts';
import { readManifests } from './manifest/file.ts';
import { type Manifest, manifestJsonSchema } from './manifest/schema.ts';
import { readMachine } from './manifest/state.ts';
import { tryOut } from './manifest/trial.ts';
import { jsonText } from './print/output.ts';
import { type Planned, plannedText, tellTrials } from './manifest/planned-text.ts';

export interface ApplyFlags extends ConnectOptions {
  readonly file?: string;
  readonly dryRun?: boolean;
  readonly schema?: boolean;
  readonly output: string;
}

/** What of a file is not so; nothing is changed. */
const planOf = async (client: CimClient, wanted: Manifest): Promise<Planned> => {
  const now = await readMachine(client, wanted.name).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
  return { wanted, now, all: differences(now?.manifest ?? null, wanted) };
};

/** Asks the service what it would say of each that is to be changed. */
const tried = async (client: CimClient, plans: readonly Planned[]): Promise<readonly Planned[]> => {
  const all: Planned[] = [];
  for (const plan of plans)
    all.push(plan.all.length === 0 ? plan : { ...plan, trial: await tryOut(client, plan.now, plan.wanted) });
  return all;
};

const withPlans = async (
  flags: ApplyFlags,
  work: (client: CimClient, plans: readonly Planned[]) => Promise<void>,
): Promise<void> => {
  if (flags.file === undefined) throw new UsageError('Say which file with -f FILE; - is standard input.');
  // The whole file is understood before anything is asked or changed.
  const manifests = await readManifests(flags.file);
  const client = await connect(flags);
  try {
    const plans: Planned[] = [];
    for (const wanted of manifests) plans.push(await planOf(client, wanted));
    await work(client, plans);
  } finally {
    client.close();
  }
};

/** vsms diff -f FILE: exit code 8 when something is not as the file says. */
export const diff = (flags: ApplyFlags): Promise<void> =>
  withPlans(flags, async (_, plans) => {
    console.log(await plannedText(plans, flags.output));
    if (plans.some(({ all }) => all.length > 0)) process.exitCode = EXIT.differs;
  });

/** vsms apply -f FILE */
export const apply = async (flags: ApplyFlags): Promise<void> => {
  if (flags.schema === true) {
    console.log(jsonText(manifestJsonSchema()));
    return;
  }
  await withPlans(flags, async (client, plans) => {
    if (flags.dryRun === true) return tellTrials(await tried(client, plans), flags.output);
    console.log(await plannedText(plans, flags.output));
    for (const { wanted, now, all } of plans) {
      if (now === null) await createFrom(client, wanted);
      else if (all.length > 0) await changeTo(client, now, wanted);
    }
  });
};

/** vsms vm manifest VM: to begin a file with. */
export const printManifest = async (
  name: string,
  flags: ConnectOptions & { readonly output: string },
): Promise<void> => {
  const client = await connect(flags);
  try {
    const { manifest } = await readMachine(client, name);
    console.log(await documentText(manifest, flags.output));
  } finally {
    client.close();
  }
};

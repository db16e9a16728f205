import type { CimClient } from '../../client/cim-client.ts';
import { MethodError } from '../../client/method-error.ts';
import { Images } from '../../client/images.ts';
import type { CreateOptions } from '../../client/virtual-machines.ts';
import { differences } from '../manifest/diff.ts';
import type { Manifest } from '../manifest/schema.ts';
import { type Trial, tryOut } from '../manifest/trial.ts';
import { tellTrials } from '../manifest/planned-text.ts';

type Wanted = Omit<CreateOptions, 'planned'> & {
  /** What its first disk is to be a copy of, and where that goes; null: of nothing. */
  readonly image: { readonly from: string; readonly to: string } | null;
};

/** vsms vm create NAME ... --dry-run: the machine that would be made, and what the service says of a plan of it. */
export const tryCreate = async (client: CimClient, wanted: Wanted, output: string): Promise<void> => {
  const { image } = wanted;
  const manifest: Manifest = {
    name: wanted.name,
    generation: wanted.generation,
    processors: wanted.processors,
    memory: wanted.memoryMb,
    ...(wanted.notes === '' ? {} : { notes: wanted.notes }),
    ...(wanted.generation === 2 ? { secureBoot: wanted.secureBoot } : {}),
    ...(wanted.serial === null ? {} : { serial: wanted.serial }),
    disks: [
      ...(image === null ? [] : [{ file: image.to, kind: 'disk' as const }]),
      ...wanted.disks.map((file) => ({ file, kind: 'disk' as const })),
      ...wanted.isos.map((file) => ({ file, kind: 'cd' as const })),
    ],
    networks: wanted.switch === null ? [] : [{ switch: wanted.switch }],
  };
  const refused = image === null ? null : await copyRefusal(new Images(client), image.from, image.to);
  // The copy is not there to be looked at.
  const there = { ...manifest, disks: manifest.disks?.filter(({ file }) => file !== image?.to) };
  const trial: Trial = refused === null ? await tryOut(client, null, there) : { refused, findings: [] };
  await tellTrials([{ wanted: manifest, now: null, all: differences(null, manifest), trial }], output);
};

/** Why the image cannot be copied; null: it can, as far as can be seen. */
const copyRefusal = async (images: Images, image: string, copy: string): Promise<string | null> => {
  try {
    await images.describe(image);
  } catch (error) {
    if (error instanceof MethodError) return error.message;
    throw error;
  }
  try {
    await images.describe(copy);
  } catch (error) {
    if (error instanceof MethodError) return null;
    throw error;
  }
  return `${copy} is there already. Choose another name for the machine, or remove that file.`;
};

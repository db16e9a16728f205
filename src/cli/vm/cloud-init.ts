import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { isoImage } from '../../iso/volume.ts';
import { NoSuchFileError, UsageError } from '../connect.ts';

/** What cloud-init takes for user data (its documentation, "User-data formats"); anything else it ignores with a warning. */
const BEGINNINGS = [
  '#cloud-config',
  '#!',
  '#include',
  '#cloud-boothook',
  '#part-handler',
  '## template:',
  'Content-Type:',
  'MIME-Version:',
];
/** gzip of any of them. */
const GZIP = Buffer.from([0x1f, 0x8b]);

export interface SeedFlags {
  readonly cloudInit: string;
  readonly networkConfig?: string;
}

/**
 * The image of a disk that cloud-init's data source NoCloud reads at the first boot: labelled `cidata`, with `user-data`,
 * `meta-data` and `network-config`. @throws UsageError NoSuchFileError for files that cloud-init would not take
 */
export const seedImage = async (name: string, { cloudInit, networkConfig }: SeedFlags): Promise<Buffer> => {
  const userData = await readSeedFile(cloudInit);
  checkUserData(cloudInit, userData);
  const network = networkConfig === undefined ? null : await readSeedFile(networkConfig);
  if (networkConfig !== undefined && network !== null) checkYaml(networkConfig, network);
  const metaData = `instance-id: ${randomUUID()}\nlocal-hostname: ${hostName(name)}\n`;
  return isoImage(
    'cidata',
    [
      { name: 'user-data', content: userData },
      { name: 'meta-data', content: Buffer.from(metaData) },
      ...(network === null ? [] : [{ name: 'network-config', content: network }]),
    ],
    new Date(),
  );
};

/** A label of DNS made of the name of a machine. */
export const hostName = (name: string): string => {
  const label = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return label === '' ? 'vm' : label;
};

const readSeedFile = (file: string): Promise<Buffer> =>
  readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new NoSuchFileError(file);
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  });

const checkUserData = (file: string, bytes: Buffer): void => {
  if (bytes.subarray(0, 2).equals(GZIP)) return;
  const text = bytes.toString('utf8');
  if (!BEGINNINGS.some((beginning) => text.startsWith(beginning)))
    throw new UsageError(
      `cloud-init would ignore ${file}: its first line is to be #cloud-config, or #! of a script, or that of another user-data format.`,
    );
  if (text.startsWith('#cloud-config')) checkYaml(file, bytes);
};

const checkYaml = (file: string, bytes: Buffer): void => {
  const lineCounter = new LineCounter();
  const [error] = parseDocument(bytes.toString('utf8'), { lineCounter, prettyErrors: false }).errors;
  if (error === undefined) return;
  throw new UsageError(`${file}, line ${lineCounter.linePos(error.pos[0]).line}: ${error.message}`);
};

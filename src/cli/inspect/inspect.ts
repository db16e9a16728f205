import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { readHostRegistry } from '../../hvfile/definition/host-registry.ts';
import { readDefinition } from '../../hvfile/definition/read-definition.ts';
import { HV_ENDINGS, hvFormatOf, type HvFile, isRuntimeFile, readHvFile } from '../../hvfile/read-file.ts';
import { childNode } from '../../hvfile/tree.ts';
import { DISK_ENDINGS } from '../../vhd/disk-format.ts';
import { inspectDisk } from '../../vhd/inspect.ts';
import { NoSuchFileError, UsageError } from '../connect.ts';
import { definitionSections, keyLines, registrySections, runtimeSections } from './inspect-definition.ts';
import { chainOf, chainSections } from './inspect-chain.ts';
import { dumpMemory } from './dump-memory.ts';
import { diskSections } from './inspect-disk.ts';
import { documentText } from '../print/listing.ts';
import { printable } from '../print/output.ts';
import { plain } from './plain-json.ts';
import { type Section, sectionsText } from '../print/sections.ts';

export interface InspectOptions {
  readonly output: 'table' | 'json' | 'yaml' | 'keys';
  /** Where the memory of a saved state goes. */
  readonly core?: string;
}

/** Memory and state of a saved machine. */
const OLD_STATE: ReadonlySet<string> = new Set(['.bin', '.vsv']);

/** What a definition or disk file holds, as its own format tells; nothing is changed and no service is asked. */
export async function inspect(file: string, options: InspectOptions): Promise<void> {
  const ending = extname(file).toLowerCase();
  if (OLD_STATE.has(ending))
    throw new UsageError(
      'What is in the .bin and .vsv files of hosts before Server 2016 is described nowhere: nothing reads them but Hyper-V.',
    );
  if (hvFormatOf(file) === undefined && !DISK_ENDINGS.includes(ending))
    throw new UsageError(
      `The ending of the name tells no known format: ${[...HV_ENDINGS, ...DISK_ENDINGS].join(', ')}.`,
    );
  const { core } = options;
  if (core !== undefined && !isRuntimeFile(file))
    throw new UsageError(
      '--core needs the saved state of a machine: a .vmrs file. Other files have no memory in them.',
    );
  const handle = await openFile(file);
  try {
    if (core !== undefined) await dumpMemory(file, handle, core);
    else if (hvFormatOf(file) !== undefined) await inspectDefinition(file, handle, options);
    else await inspectDiskFile(file, handle, options);
  } finally {
    await handle.close();
  }
}

const openFile = async (file: string): Promise<FileHandle> => {
  try {
    // O_NONBLOCK: a FIFO must not keep us waiting for its other end.
    return await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new NoSuchFileError(file);
    throw error;
  }
};

async function inspectDefinition(file: string, handle: FileHandle, options: InspectOptions): Promise<void> {
  const ending = extname(file).toLowerCase();
  const exportConfig = ending === '.exp' ? await configOfExport(file) : null;
  const read = await readHvFile(file, { handle, ...(exportConfig === null ? {} : { exportConfig }) });
  if (options.output === 'keys') {
    for (const line of keyLines(read.root)) console.log(printable(line));
    return;
  }
  if (childNode(read.root, 'Configurations') !== undefined) {
    const registry = readHostRegistry(read.root);
    await show(options, { registry }, registrySections(registry));
  } else if (isRuntimeFile(file)) {
    const sections = runtimeSections(read.root);
    await show(options, { runtime: Object.fromEntries(sections[0]?.rows ?? []) }, [
      ...containerSection(read),
      ...sections,
    ]);
  } else {
    const definition = readDefinition(read.root);
    await show(options, { definition, file: fileFacts(read) }, [
      ...definitionSections(definition),
      ...containerSection(read),
    ]);
  }
}

/** `config.xml` lies beside the folder of the definition. */
const CONFIG_LIMIT = 1 << 20;
const configOfExport = async (file: string): Promise<Buffer | null> => {
  const beside = join(dirname(dirname(file)), 'config.xml');
  const facts = await stat(beside).catch(() => null);
  return facts?.isFile() === true && facts.size <= CONFIG_LIMIT ? readFile(beside) : null;
};

const fileFacts = ({ format, container }: HvFile) => ({
  format,
  ...(container === null
    ? {}
    : { version: formatVersion(container.version), replayed: container.replayed, keyTables: container.keyTables }),
});

const formatVersion = (version: number): string => `${version >>> 8}.${version & 0xff}`;

const containerSection = ({ container }: HvFile): Section[] =>
  container === null
    ? []
    : [
        {
          columns: ['file', 'value'],
          rows: [
            ['format version', formatVersion(container.version)],
            ['key tables', String(container.keyTables)],
            ['closed', container.replayed === 0 ? 'yes' : `no: ${container.replayed} entries of its log were applied`],
          ],
        },
      ];

async function inspectDiskFile(file: string, handle: FileHandle, options: InspectOptions): Promise<void> {
  if (options.output === 'keys') throw new UsageError('Keys are what definition files have; a disk has none.');
  const info = await inspectDisk(file, handle);
  const chain = await chainOf(file, info);
  await show(options, chain.length === 1 ? { disk: info } : { disk: info, chain }, [
    ...diskSections(info),
    ...chainSections(chain),
  ]);
}

async function show(options: InspectOptions, document: unknown, sections: readonly Section[]): Promise<void> {
  console.log((await documentText(plain(document), options.output)) ?? sectionsText(sections));
}

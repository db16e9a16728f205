import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confirm, isInteractive } from './ask.ts';
import { connect, type ConnectOptions, UsageError } from './connect.ts';
import { changeTo } from './manifest/apply.ts';
import { differenceLines, differences } from './manifest/diff.ts';
import { parseManifests } from './manifest/file.ts';
import type { Manifest } from './manifest/schema.ts';
import { readMachine } from './manifest/state.ts';
import { printable } from './print/output.ts';
import { yamlText } from './print/yaml-text.ts';

const HEAD = `# Change what is to be different, save, and leave the editor. What is deleted here stays as it is; an item that is
# taken from disks or networks is removed from the machine (files of disks are kept). An empty file changes nothing.
`;

/** vsms vm edit VM */
export const editVm = async (name: string, flags: ConnectOptions & { readonly yes?: boolean }): Promise<void> => {
  const editor = process.env['VISUAL'] || process.env['EDITOR'] || 'vi';
  const client = await connect(flags);
  try {
    const now = await readMachine(client, name);
    const wanted = await edited(editor, `${HEAD}${yamlText(now.manifest)}\n`);
    const all = wanted === null ? [] : differences(now.manifest, wanted);
    if (wanted === null || all.length === 0) {
      console.log('Nothing is changed.');
      return;
    }
    for (const line of differenceLines(all)) console.log(printable(line));
    if (flags.yes !== true && !(isInteractive() && (await confirm('Make it so?'))))
      throw new UsageError('Nothing is changed. --yes changes it without asking.');
    await changeTo(client, now, wanted);
    console.log(`${printable(wanted.name)} is changed.`);
  } finally {
    client.close();
  }
};

/** What somebody made of the text; null: nothing. A mistake is told, and on a terminal it can be mended. @throws UsageError */
const edited = async (editor: string, text: string): Promise<Manifest | null> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-edit-'));
  const file = join(directory, 'machine.yaml');
  try {
    await writeFile(file, text, { mode: 0o600 });
    for (;;) {
      await run(editor, file);
      const result = await readFile(file, 'utf8');
      if (result === text || result.trim() === '') return null;
      try {
        const [wanted = null, ...more] = parseManifests(result, 'the file');
        if (more.length > 0) throw new UsageError('One machine is edited, and the file holds several.');
        return wanted;
      } catch (error) {
        if (!(error instanceof UsageError) || !isInteractive()) throw error;
        console.error(printable(error.message).replaceAll('\\x0a', '\n'));
        if (!(await confirm('Edit it again?'))) throw new UsageError('Nothing is changed.');
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/** The editor may be given with arguments, as git takes it: a shell reads it. */
const run = async (editor: string, file: string): Promise<void> => {
  const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, editor, file], { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new UsageError(`The editor (${editor}) ended with ${code ?? 'a signal'}. Nothing is changed.`);
};

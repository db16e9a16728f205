import assert from 'node:assert/strict';
import { mkdir, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { Service } from '../kit/service.ts';
import { vsmsHere } from './in-process.ts';
import { local } from './kit.ts';

/** Commands whose jobs need the disk of the checkpoint `one`. */
const COMMANDS = [
  'checkpoint apply web one --discard-now',
  'fork web@one',
  'export web C:\\out',
  'checkpoint export web one C:\\out',
  'vm start web',
] as const;

describe('a job that fails ends its command by the reason, whatever the command is', () => {
  let service: Service;
  let disk: string;
  const ways: Record<string, Readonly<Record<string, string>>> = {};
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    ways['WS-Management'] = { VSMS_HOST: service.endpoints.http, VSMS_PASSWORD: service.password };
    ways['REST'] = local(service);
    const folder = join(service.dataDirectory, 'drives/c/vm');
    await mkdir(folder, { recursive: true });
    await mkdir(join(service.dataDirectory, 'drives/c/out'));
    disk = join(folder, 'web.qcow2');
    const words = ['disk', 'create', 'C:\\vm\\web.qcow2', '--size', '8M'];
    assert.equal((await vsmsHere(local(service), words)).code, EXIT.ok);
    for (const line of ['vm create web --generation 1 --disk C:\\vm\\web.qcow2', 'checkpoint create web one']) {
      const { code, said } = await vsmsHere(local(service), line.split(' '));
      assert.equal(code, EXIT.ok, said);
    }
  });
  after(() => service[Symbol.asyncDispose]());

  const codes = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const [way, environment] of Object.entries(ways))
      for (const command of COMMANDS) {
        const { code, said } = await vsmsHere(environment, command.split(' '));
        assert.match(said, /web\.qcow2/, command);
        found.push(`${way}: ${command}: ${code}`);
      }
    return found;
  };
  const all = (code: number): readonly string[] =>
    Object.keys(ways).flatMap((way) => COMMANDS.map((command) => `${way}: ${command}: ${code}`));

  test('a file that is not there: not found', async () => {
    await rename(disk, `${disk}.away`);
    try {
      assert.deepEqual(await codes(), all(EXIT.notFound));
    } finally {
      await rename(`${disk}.away`, disk);
    }
  });

  test('a file that is damaged: failed, and no wrong use', async () => {
    await rename(disk, `${disk}.away`);
    await writeFile(disk, 'no disk');
    await truncate(disk, 1 << 20);
    try {
      assert.deepEqual(await codes(), all(EXIT.failed));
    } finally {
      await rename(`${disk}.away`, disk);
    }
  });
});

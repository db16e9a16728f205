import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { differenceLines, differences } from '../../src/cli/manifest/diff.ts';
import { parseManifests } from '../../src/cli/manifest/file.ts';
import type { Manifest } from '../../src/cli/manifest/schema.ts';
import { Service } from '../kit/service.ts';
import { local, type Outcome, vsms } from './kit.ts';

describe('vsms apply, diff, vm manifest, vm edit', () => {
  let service: Service;
  let file: string;
  let disk: string;
  const say = (...words: readonly string[]): Promise<Outcome> => vsms(local(service), ...words);
  const out = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await say(...words);
    assert.equal(code, 0, `${words.join(' ')}: ${stdout}${stderr}`);
    return stdout.trimEnd();
  };
  const apply = async (text: string): Promise<string> => {
    await writeFile(file, text);
    const said = await out('apply', '-f', file);
    assert.match(await out('diff', '-f', file), /is as the file says$/m, 'applied twice it changes nothing');
    return said;
  };
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    file = join(service.dataDirectory, 'web.yaml');
    disk = join(service.dataDirectory, 'disks/web.vhdx');
    await out('switch', 'create', 'lan');
  });
  after(() => service[Symbol.asyncDispose]());

  test('a machine is made as the file says, told as it is, changed, and left alone when it is so', async () => {
    const first = `name: web
processors: 2
memory: { startup: 512, minimum: 256, maximum: 1024 }
notes: made by a file
automaticStop: shutdown
disks:
  - file: ${disk}
    size: 20M
networks:
  - switch: lan
    vlan: 42
  - switch: null
    mac: 02:00:00:12:34:56
`;
    await writeFile(file, first);
    const dry = await out('apply', '-f', file, '--dry-run');
    assert.match(dry, /^web is new$/m);
    assert.match(dry, /^ {2}\+ memory\.minimum: 256$/m);
    assert.doesNotMatch(dry, /REFUSED|BLOCKS/);
    for (const list of ['vm', 'plan']) assert.equal(await out(list, 'list', '-o', 'name'), '');
    assert.equal(existsSync(disk), false);
    // What the service would refuse, and what would stand in the way, is told before anything is done.
    for (const [from, to, code, said] of [
      ['startup: 512', 'startup: 513', 2, /^ {2}REFUSED .*513/m],
      ['size: 20M', 'kind: disk', 7, /^ {2}BLOCKS 90003 .*web\.vhdx/m],
      ['switch: lan', 'switch: nowhere', 2, /^ {2}REFUSED .*no virtual switch "nowhere"/m],
      ['size: 20M', 'size: many', 2, /many/],
    ] as const) {
      await writeFile(file, first.replace(from, to));
      const told = await say('apply', '-f', file, '--dry-run');
      assert.equal(told.code, code, `${to}: ${told.stdout}${told.stderr}`);
      assert.match(told.stdout + told.stderr, said);
    }
    for (const list of ['vm', 'plan']) assert.equal(await out(list, 'list', '-o', 'name'), '');
    await writeFile(file, first);
    const would = await say('diff', '-f', file);
    assert.equal(would.code, 8, would.stderr);

    await apply(first);
    const manifest = parse(await out('vm', 'manifest', 'web')) as Manifest;
    assert.deepEqual(manifest, {
      name: 'web',
      generation: 2,
      processors: 2,
      memory: { startup: 512, minimum: 256, maximum: 1024, dynamic: true },
      notes: 'made by a file',
      secureBoot: true,
      automaticStart: 'start-if-running',
      automaticStop: 'shutdown',
      serial: null,
      disks: [{ file: disk, kind: 'disk' }],
      networks: [
        { switch: 'lan', mac: 'dynamic', vlan: 42 },
        { switch: null, mac: '020000123456', vlan: null },
      ],
      state: 'off',
    });
    // What is told can be applied.
    assert.match(await apply(await out('vm', 'manifest', 'web')), /^web is as the file says$/);

    const iso = join(service.dataDirectory, 'disks/cd.iso');
    await writeFile(iso, Buffer.alloc(65_536));
    const second = `name: web
memory: 768
disks: [{ file: ${iso} }]
networks: [{ switch: Default Switch, mac: dynamic, vlan: null }]
state: running
`;
    const said = await apply(second);
    for (const line of [
      '- memory: 512',
      '+ memory: 768',
      `- disks: ${disk}`,
      `+ disks: ${iso}`,
      '- state: off',
      '+ state: running',
    ])
      assert.ok(said.includes(`  ${line}\n`) || said.endsWith(`  ${line}`), `${line} is not in\n${said}`);
    assert.ok(existsSync(disk), 'the file of a detached disk is kept');
    const changed = parse(await out('vm', 'manifest', 'web')) as Manifest;
    assert.equal(changed.state, 'running');
    assert.equal(changed.processors, 2, 'what a file does not say is left alone');
    assert.deepEqual(changed.networks, [{ switch: 'Default Switch', mac: 'dynamic', vlan: null }]);
    const pipe = String.raw`\\.\pipe\web`;
    assert.ok((await apply(`name: web\nserial: ${pipe}\n`)).includes(`+ serial: ${pipe}`));
    assert.equal((parse(await out('vm', 'manifest', 'web')) as Manifest).serial, pipe);
    assert.match(await apply(`name: web\nserial: ${pipe}\n`), /^web is as the file says$/);
    assert.ok((await apply('name: web\nserial: null\n')).includes(`- serial: ${pipe}`));
    assert.equal((parse(await out('vm', 'manifest', 'web')) as Manifest).serial, null);
    for (const state of ['paused', 'saved', 'off', 'saved', 'running', 'off']) {
      await apply(`name: web\nstate: ${state}\n`);
      assert.equal((parse(await out('vm', 'manifest', 'web')) as Manifest).state, state);
    }
  });

  test('a machine of a file that is refused is not there afterwards; one that was there stays', async () => {
    await writeFile(file, 'name: bad\ndisks: [{ file: /etc/passwd.vhdx }]\n');
    const refused = await say('apply', '-f', file);
    assert.equal(refused.code, 2, refused.stderr);
    await writeFile(file, 'name: bad\nnetworks: [{ switch: nowhere }]\n');
    const nowhere = await say('apply', '-f', file);
    assert.equal(nowhere.code, 3);
    assert.match(nowhere.stderr, /no virtual switch "nowhere"/);
    assert.equal(await out('vm', 'list', '-o', 'name'), 'web');
    await writeFile(file, 'name: web\ngeneration: 1\n');
    const generation = await say('apply', '-f', file);
    assert.equal(generation.code, 2);
    assert.match(generation.stderr, /is of generation 2, which cannot be changed/);
    assert.match((await say('apply')).stderr, /-f FILE/);
    assert.equal((await say('apply', '-f', '/nonexistent/x.yaml')).code, 3);
    const schema = JSON.parse(await out('apply', '--schema')) as { properties: Record<string, unknown> };
    assert.ok('networks' in schema.properties);
  });

  test('vm edit: the editor gets the machine, what it makes of it is shown, checked and made so', async () => {
    const editor = join(service.dataDirectory, 'editor');
    const edit = async (script: string, ...words: readonly string[]): Promise<Outcome> => {
      await writeFile(editor, `#!/bin/sh\n${script}\n`);
      await chmod(editor, 0o755);
      return vsms({ ...local(service), EDITOR: editor, VISUAL: undefined }, 'vm', 'edit', 'web', ...words);
    };
    const unasked = await edit(`sed -i 's/^processors: 2/processors: 4/' "$1"`);
    assert.equal(unasked.code, 2);
    assert.match(unasked.stdout, /^- processors: 2\n\+ processors: 4$/m);
    const changed = await edit(`sed -i 's/^processors: 2/processors: 4/; s/^name: web/name: web 2/' "$1"`, '--yes');
    assert.equal(changed.code, 0, changed.stderr);
    assert.match(changed.stdout, /web 2 is changed/);
    assert.equal((parse(await out('vm', 'manifest', 'web 2')) as Manifest).processors, 4);
    await out('vm', 'set', 'web 2', '--name', 'web');
    assert.match((await edit('true')).stdout, /Nothing is changed/);
    assert.match((await edit(': > "$1"')).stdout, /Nothing is changed/);
    const wrong = await edit(`echo 'procesors: 4' >> "$1"`, '--yes');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /the file:\d+: procesors is not known/);
    const broken = await edit('exit 3');
    assert.equal(broken.code, 2);
    assert.match(broken.stderr, /ended with 3/);
  });
});

describe('files of machines', () => {
  for (const [text, ...messages] of [
    ['name: a\nmemory: lots\n', /^f:2: memory: is a whole number of MB, or a size like 4G/m],
    ['name: a\nmemory: { startup: 1.5K }\n', /^f:2: memory: is a whole number of MB, or a size like 4G/m],
    ['name: a\nnetworks:\n  - switch: lan\n    vlan: 5000\n', /^f:4: networks\[0\]\.vlan: .*4094/m],
    ['name: a\ndisks:\n  - kind: disk\n', /^f:3: disks\[0\]\.file: /m],
    ['name: a\nfoo: 1\nbar: 2\n', /^f:2: foo is not known/m, /^f:3: bar is not known/m],
    ['processors: 2\n', /^f:1: name: /m],
    ['name: [\n', /^f:\d+: /m],
    ['- name: a\n', /^f:1: the machine: /m],
    ['name: a\n---\nname: a\n', /"a" is there twice/],
    ['', /holds no machine/],
    ['name: a\nname: b\n', /^f:\d+: /m],
  ] as const)
    test(JSON.stringify(text), () => {
      for (const message of messages) assert.throws(() => parseManifests(text, 'f'), { name: 'UsageError', message });
    });

  test('several documents are several machines; JSON is YAML', () => {
    assert.deepEqual(
      parseManifests('name: a\n---\n{"name": "b", "processors": 2}\n', 'f').map(({ name }) => name),
      ['a', 'b'],
    );
  });

  test('nothing differs from itself, and what is not said does not', () => {
    const now: Manifest = {
      name: 'a',
      memory: 512,
      networks: [{ switch: 'lan', mac: 'dynamic', vlan: null }],
      state: 'off',
    };
    assert.deepEqual(differences(now, now), []);
    assert.deepEqual(differences(now, { name: 'a' }), []);
    assert.deepEqual(differenceLines(differences(now, { name: 'a', memory: 1024, networks: [] })), [
      '- memory: 512',
      '+ memory: 1024',
      '- networks[0]: lan',
    ]);
  });
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { writeContainer } from '../../src/hvfile/container/write.ts';
import { writeDefinition } from '../../src/hvfile/definition/write-definition.ts';
import { checkpoint, DISKS, FIRST, plain, put } from '../core/plans/plan-kit.ts';
import { Rest } from '../rest/kit.ts';
import { ConsoleHost } from './kit.ts';

const START = 2;
const FOLDER = String.raw`C:\vm`;

describe('forks, files, tokens, services and fixes in the browser', () => {
  let world: ConsoleHost;
  let rest: Rest;
  let page: Page;
  let vm = '';
  before(async () => {
    world = await ConsoleHost.open('simulated');
    rest = new Rest(world.host.service);
    vm = await world.host.nano('web');
    await world.host.change(vm, START);
    page = await world.enter();
  });
  after(() => world[Symbol.asyncDispose]());

  const machines = async (): Promise<{ id: string; name: string; state: string }[]> =>
    (await rest.expect(200, '/vms?fields=id,name,state')).body.items;
  const linux = async (name: string): Promise<string> => (await world.host.file(name)).linux;

  test('forks of a checkpoint: how many, their names, running', async () => {
    await rest.post(201, `/vms/${vm}/checkpoints`, { name: 'ready' });
    await world.go(page, 'machines', vm, 'checkpoints');
    await page.getByRole('button', { name: 'Actions for ready' }).click();
    await page.getByRole('menuitem', { name: 'Fork' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Machines').fill('101');
    await dialog.getByText('A whole number from 1 to 100.').waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Fork' }).isDisabled(), true);
    await dialog.getByLabel('Machines').fill('2');
    await dialog.getByLabel('Name').fill('worker');
    assert.deepEqual(await world.violations(page), []);
    await world.picture(page, 'fork');
    await dialog.getByRole('button', { name: 'Fork' }).click();
    await dialog.waitFor({ state: 'detached' });
    const forks = (await machines()).filter(({ name }) => name.startsWith('worker'));
    assert.deepEqual(
      forks.map(({ state }) => state),
      ['running', 'running'],
    );
    await world.go(page, 'machines');
    for (const { name } of forks) await page.getByRole('link', { name, exact: true }).waitFor();
  });

  test('a TPM by the settings; an integration service is switched at once', async () => {
    const { body } = await rest.post(201, '/vms', { name: 'modern' });
    await world.go(page, 'machines', body.id, 'settings');
    await page.getByLabel('Trusted Platform Module').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.equal((await rest.expect(200, `/vms/${body.id}/settings`)).body.security.tpm, true);
    const heartbeat = async (): Promise<boolean> =>
      (await rest.expect(200, `/vms/${body.id}/devices`)).body.integrationServices.find(
        ({ name }: { name: string }) => name === 'Heartbeat',
      ).enabled;
    assert.equal(await heartbeat(), true);
    await page.getByLabel('Heartbeat').click();
    await world.host.until('the service is off', async () => !(await heartbeat()));
    await world.host.until('the page says so', async () => !(await page.getByLabel('Heartbeat').isChecked()));
    await world.picture(page, 'services');
  });

  test('upload: what is chosen comes whole, what is there is not replaced, what was broken off goes on', async () => {
    await world.go(page, 'files');
    await page.getByRole('link', { name: 'C:' }).click();
    await page.getByRole('link', { name: 'vm', exact: true }).click();
    await page.getByText('Drop files here').waitFor();
    const choose = (name: string, buffer: Buffer): Promise<void> =>
      page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    const content = randomBytes((9 << 20) + 1);
    await choose('install.iso', content);
    await page.getByRole('row').filter({ hasText: 'install.iso' }).waitFor();
    assert.ok(readFileSync(await linux('install.iso')).equals(content));
    await choose('install.iso', Buffer.from('other'));
    await page.getByText(/is there already\. Choose/).waitFor();
    assert.ok(readFileSync(await linux('install.iso')).equals(content));
    assert.deepEqual(await world.violations(page), []);

    const path = `${FOLDER}\\big.raw`;
    const { body: upload } = await rest.post(201, '/files/uploads', { path, sizeBytes: content.length });
    const part = content.subarray(0, 5 << 20);
    await rest.expect(200, `/files/uploads/${upload.id}?offset=0`, { method: 'PATCH', body: part });
    await page.reload();
    await page.getByText(/5 MB of 9 MB have come, from admin/).waitFor();
    await world.picture(page, 'files-upload');
    // As it was when it was begun; the browser says when a file was written to.
    const file = join(world.host.service.dataDirectory, 'big.raw');
    writeFileSync(file, content);
    utimesSync(file, 0, 0);
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('row').filter({ hasText: 'big.raw' }).waitFor();
    assert.ok(readFileSync(await linux('big.raw')).equals(content));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download install.iso' }).click(),
    ]);
    assert.ok(readFileSync(await download.path()).equals(content));

    const disk = { path: `${FOLDER}\\disk.raw`, sizeBytes: content.length };
    const { body: older } = await rest.post(201, '/files/uploads', disk);
    await rest.expect(200, `/files/uploads/${older.id}?offset=0`, { method: 'PATCH', body: part });
    await page.reload();
    const newer = randomBytes(content.length);
    await choose('disk.raw', newer);
    await page.getByRole('row').filter({ hasText: 'disk.raw' }).waitFor();
    assert.ok(readFileSync(await linux('disk.raw')).equals(newer), 'what was written to since does not go on');

    const { body: left } = await rest.post(201, '/files/uploads', { path: `${FOLDER}\\left.raw`, sizeBytes: 10 });
    await page.reload();
    await page.getByRole('button', { name: /^Discard what has come of .*left\.raw$/ }).click();
    await world.host.until('it is removed', async () => (await rest.ask(`/files/uploads/${left.id}`)).status === 404);
  });

  test('upload: the answer to the last part is lost, and the file is there: that is no failure', async () => {
    await world.go(page, 'files', FOLDER);
    let lost = 0;
    await page.route('**/files/uploads/*?offset=*', async (route) => {
      const isLast = new URL(route.request().url()).searchParams.get('offset') !== '0';
      const answer = await route.fetch();
      if (!isLast) return route.fulfill({ response: answer });
      assert.equal(answer.status(), 201);
      lost += 1;
      return route.abort('connectionreset');
    });
    const content = randomBytes((9 << 20) + 1);
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'unheard.iso', mimeType: 'application/octet-stream', buffer: content });
    const transfer = page.locator('.transfer').filter({ hasText: 'unheard.iso' });
    await transfer.getByText(/^Done/).waitFor();
    assert.equal(lost, 1);
    await page.unroute('**/files/uploads/*?offset=*');
    await page.getByRole('row').filter({ hasText: 'unheard.iso' }).waitFor();
    assert.ok(readFileSync(await linux('unheard.iso')).equals(content));
  });

  test('a folder of more files than one answer holds is shown to its end', async () => {
    const folder = await linux('many');
    mkdirSync(folder);
    for (let n = 0; n <= 1000; n++) writeFileSync(join(folder, `${String(n).padStart(4, '0')}.iso`), '');
    await world.go(page, 'files', `${FOLDER}\\many`);
    await page.getByText('0000.iso').waitFor();
    await page.getByText('1000.iso').waitFor();
  });

  test('a token: shown once, good for a program, gone when it is removed', async () => {
    await world.go(page, 'users');
    await page.getByText('No tokens').waitFor();
    await page.getByRole('button', { name: 'New token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Valid for').fill('401');
    await dialog.getByText('A whole number from 1 to 400.').waitFor();
    await dialog.getByLabel('Valid for').fill('400');
    await dialog.getByLabel('Name').fill('backup');
    await dialog.getByRole('button', { name: 'Create' }).click();
    const secret = page.getByRole('dialog').getByLabel('The new token');
    const text = await secret.inputValue();
    assert.match(text, /^vsms_[0-9a-f]{32}_/);
    assert.deepEqual(await world.violations(page), []);
    const ask = (): Promise<number> =>
      rest.ask('/vms', { as: null, headers: { authorization: `Bearer ${text}` } }).then(({ status }) => status);
    assert.equal(await ask(), 200);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('row').filter({ hasText: 'backup' }).getByText('Viewer').waitFor();
    assert.ok(!(await page.content()).includes(text));
    await world.picture(page, 'tokens');
    await page.getByRole('button', { name: 'Remove the token backup' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No tokens').waitFor();
    assert.equal(await ask(), 401);
  });

  test('a finding leads to the drive that it is about, and is put right there', async () => {
    const original = await world.host.nano('lost');
    await rest.post(204, `/vms/${original}/export`, { directory: FOLDER });
    await world.host.machines.delete(original);
    const disks = join(dirname(await linux('lost.img')), 'lost/Virtual Hard Disks');
    const [disk = assert.fail('a disk')] = readdirSync(disks);
    renameSync(join(disks, disk), join(disks, `moved-${disk}`));
    const definitionFile = `${FOLDER}\\lost\\Virtual Machines\\${original}.vmcx`;
    const { body: plan } = await rest.post(201, '/plans', { definitionFile });
    await world.go(page, 'imports', plan.id);
    const realize = page.getByRole('button', { name: 'Make the machine' });
    await page.getByText('Stands in the way').first().waitFor();
    assert.equal(await realize.isDisabled(), true);
    await page.getByText('Stands in the way: a disk is not there').waitFor();
    await page.getByText('Choose the file of the disk, or remove the drive.').waitFor();
    assert.equal(await page.getByText('ModifyResourceSettings').isVisible(), false, 'words of the API stand behind');
    await page.getByText('In words of the API').click();
    await page.getByText('Set HostResource to the file with ModifyResourceSettings.').waitFor();
    await page.getByText('In words of the API').click();
    assert.deepEqual(await world.violations(page), []);
    await world.picture(page, 'import-finding');
    await page.getByRole('button', { name: 'Show the drive' }).click();
    const marked = page.locator('.marked');
    await marked.waitFor();
    assert.ok(await page.evaluate<boolean>(`document.activeElement.classList.contains('marked')`));
    assert.deepEqual(await world.violations(page), []);
    await marked.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Use another file' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('File', { exact: true }).fill(`${FOLDER}\\lost\\Virtual Hard Disks\\moved-${disk}`);
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await world.host.until('nothing stands in the way', () => realize.isEnabled());
    // What was changed is judged again; a click meanwhile waits for that, and is not lost.
    const judged = Promise.withResolvers<void>();
    await page.route('**/validate', (route) => judged.promise.then(() => route.continue()));
    const asked = page.waitForRequest('**/validate');
    await rest.expect(200, `/plans/${plan.id}/settings`, { method: 'PATCH', body: { notes: 'from the NAS' } });
    await asked;
    await realize.click();
    judged.resolve();
    await page.waitForURL(/#\/machines\//);
    await page.getByRole('heading', { level: 1, name: 'lost' }).waitFor();
    await page.unroute('**/validate');
  });

  test('a folder of another host, of the machine and of its checkpoint, and a disk of that: put right where they are told', async () => {
    const elsewhere = { ConfigurationDataRoot: 'E:\\VMs', SnapshotDataRoot: 'E:\\VMs' };
    const first = checkpoint(FIRST, 'first', 'lost.raw');
    const folder = join(dirname(await linux('elsewhere')), 'elsewhere');
    const machine = plain({
      system: { ...plain().system, ElementName: 'elsewhere', ...elsewhere },
      snapshots: { items: [{ id: FIRST, parent: null }], parent: FIRST },
    });
    const past = { ...first, system: { ...first.system, ...elsewhere } };
    await put(join(folder, 'Snapshots', `${FIRST}.vmcx`), writeContainer(writeDefinition(past)));
    await put(join(folder, DISKS, 'disk.raw'), Buffer.alloc(65_536));
    await put(join(folder, DISKS, 'found.raw'), Buffer.alloc(65_536));
    const file = join(folder, 'Virtual Machines', `${machine.id}.vmcx`);
    await put(file, writeContainer(writeDefinition(machine)));
    const { body: plan } = await rest.post(201, '/plans', {
      definitionFile: file,
      snapshotFolder: join(folder, 'Snapshots'),
    });
    await world.go(page, 'imports', plan.id);
    const realize = page.getByRole('button', { name: 'Make the machine' });
    await page.getByText('Stands in the way: a folder cannot be used').first().waitFor();
    assert.deepEqual(await world.violations(page), []);
    await page.getByRole('button', { name: 'Choose another folder' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Folder of the machine on this host', { exact: true }).fill('E:\\still not here');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await dialog.getByText('no drive E:').waitFor();
    assert.deepEqual(await world.violations(page), []);
    await dialog.getByLabel('Folder of the machine on this host', { exact: true }).fill(folder);
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('a folder cannot be used').first().waitFor({ state: 'detached' });
    assert.equal(await realize.isDisabled(), true);
    await page.getByRole('button', { name: 'Show the drive' }).click();
    await page.getByText('Of a checkpoint of this plan').waitFor();
    await page
      .locator('.marked')
      .getByRole('button', { name: /^Actions for/ })
      .click();
    await page.getByRole('menuitem', { name: 'Use another file' }).click();
    await dialog.getByLabel('File', { exact: true }).fill(join(folder, DISKS, 'found.raw'));
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await world.host.until('nothing stands in the way', () => realize.isEnabled());
    await realize.click();
    await page.getByRole('heading', { level: 1, name: 'elsewhere' }).waitFor();
    await page.waitForURL(/#\/machines\//);
    await world.go(page, 'jobs');
    const job = page.getByRole('listitem').filter({ hasText: 'Make the machine of an import' }).first();
    await job.getByRole('link', { name: 'elsewhere' }).waitFor();
    await world.host.machines.delete(machine.id);
  });

  test('a folder that holds the definition of another machine (90011): another one is chosen where it is told', async () => {
    const machine = plain({
      id: 'A0000000-0000-4000-8000-0000000000C1',
      system: { ...plain().system, ElementName: 'crowded', ConfigurationDataRoot: `${FOLDER}\\taken` },
    });
    const here = dirname(await linux('crowded'));
    await put(join(here, 'taken/Virtual Machines', `${machine.id}.vmcx`), Buffer.from('of somebody else'));
    await put(join(here, 'crowded', DISKS, 'disk.raw'), Buffer.alloc(65_536));
    const file = join(here, 'crowded/Virtual Machines', `${machine.id}.vmcx`);
    await put(file, writeContainer(writeDefinition(machine)));
    const { body: plan } = await rest.post(201, '/plans', { definitionFile: file });
    await world.go(page, 'imports', plan.id);
    const realize = page.getByRole('button', { name: 'Make the machine' });
    await page.getByText('Stands in the way: the folder holds another machine').waitFor();
    assert.equal(await realize.isDisabled(), true);
    assert.deepEqual(await world.violations(page), []);
    await page.getByRole('button', { name: 'Choose another folder' }).click();
    await page.getByRole('button', { name: 'Folder of the machine on this host: Browse' }).click();
    const browser = page.getByRole('dialog').last();
    await browser.getByRole('button', { name: 'C:' }).click();
    await browser.getByRole('button', { name: 'vm', exact: true }).click();
    await browser.getByRole('button', { name: 'New folder' }).click();
    const naming = page.getByRole('dialog').last();
    await naming.getByLabel('Name of the new folder').fill('free');
    await naming.getByLabel('Name of the new folder').press('Enter');
    await browser.getByText(`${FOLDER}\\free`, { exact: true }).waitFor();
    await browser.getByRole('button', { name: 'Use this folder' }).click();
    const dialog = page.getByRole('dialog');
    const chosen = dialog.getByLabel('Folder of the machine on this host', { exact: true });
    assert.equal(
      await chosen.inputValue(),
      `${FOLDER}\\free`,
      'the dialog below was not sent with the name of the folder',
    );
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await dialog.waitFor({ state: 'detached' });
    await world.host.until('nothing stands in the way', () => realize.isEnabled());
    await realize.click();
    await page.waitForURL(/#\/machines\//);
    await page.getByRole('heading', { level: 1, name: 'crowded' }).waitFor();
    const { body: settings } = await rest.expect(200, `/vms/${machine.id}/settings`);
    assert.equal(settings.folders.configuration, `${FOLDER}\\free`);
    await world.host.machines.delete(machine.id);
  });

  test('folders of a machine: changed while nothing lies in them, and why not otherwise', async () => {
    const { body: made } = await rest.post(201, '/vms', { name: 'roomy' });
    const folders = async () => (await rest.expect(200, `/vms/${made.id}/settings`)).body.folders;
    const before = await folders();
    await world.go(page, 'machines', made.id, 'settings');
    const [checkpoints, paging] = ['Checkpoints', 'Smart paging'].map((name) =>
      page
        .locator('.card')
        .filter({ has: page.getByRole('heading', { name: 'Folders' }) })
        .getByLabel(name, { exact: true }),
    );
    assert.ok(checkpoints !== undefined && paging !== undefined);
    const save = page.getByRole('button', { name: 'Save', exact: true });
    await paging.fill('');
    await page.getByText('This must not be empty.').waitFor();
    assert.equal(await save.isDisabled(), true);
    await paging.fill('/etc');
    await save.click();
    await page.getByText(/'\/etc' cannot be used/).waitFor();
    await paging.fill(`${FOLDER}\\paging`);
    await checkpoints.fill(`${FOLDER}\\checkpoints`);
    assert.deepEqual(await world.violations(page), []);
    await save.click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    assert.deepEqual(await folders(), {
      configuration: before.configuration,
      checkpoints: `${FOLDER}\\checkpoints`,
      swap: `${FOLDER}\\paging`,
    });
    await rest.post(201, `/vms/${made.id}/checkpoints`, { name: 'held' });
    await page.getByText('Can be changed while the machine has no checkpoints.').waitFor();
    assert.deepEqual([await checkpoints.isDisabled(), await paging.isDisabled()], [true, false]);
    assert.deepEqual(await world.violations(page), []);
    await world.host.machines.delete(made.id);
  });

  test('a new folder among the files: a name that is none, one that is taken, one that is free', async () => {
    await world.go(page, 'files', FOLDER);
    await page.getByRole('button', { name: 'New folder' }).click();
    const dialog = page.getByRole('dialog');
    const name = dialog.getByLabel('Name of the new folder');
    const create = dialog.getByRole('button', { name: 'Create' });
    assert.equal(await create.isDisabled(), true);
    await name.fill('a/b');
    await dialog.getByText('A name, not a path.').waitFor();
    assert.equal(await create.isDisabled(), true);
    await rest.post(201, '/files/folders', { path: `${FOLDER}\\theirs` });
    await name.fill('Theirs');
    await create.click();
    await dialog.getByText(/is there already\. Choose/).waitFor();
    assert.deepEqual(await world.violations(page), []);
    await name.fill('mine');
    await create.click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'mine', exact: true }).click();
    await page.getByText('This folder is empty').waitFor();
  });

  test('both paths of a disk: as it was written, and on the host', async () => {
    const path = `${FOLDER}\\both.vhdx`;
    await rest.post(201, '/images', { path, sizeBytes: 8 << 20 });
    const { body: made } = await rest.post(201, '/vms', { name: 'both', disks: [{ path }] });
    await world.go(page, 'machines', made.id, 'disks');
    await page.getByText(path, { exact: true }).waitFor();
    await page.getByText(await linux('both.vhdx'), { exact: true }).waitFor();
    assert.deepEqual(await world.violations(page), []);
    await world.host.machines.delete(made.id);
  });

  test('the event log says in words what came of it, and whose machine it was', async () => {
    const { body: made } = await rest.post(201, '/vms', { name: 'told', serialPorts: [{ pipe: '\\\\.\\pipe\\told' }] });
    await rest.expect(409, `/vms/${made.id}/pause`, { method: 'POST' });
    await world.go(page, 'events');
    const rows = page.getByRole('row');
    await rows
      .filter({ hasText: 'The state does not allow this 32775' })
      .filter({ hasText: 'ComputerSystem told' })
      .waitFor();
    await rows.filter({ hasText: 'SerialPortSettingData told' }).waitFor();
    assert.deepEqual(await world.violations(page), []);
    await world.host.machines.delete(made.id);
  });

  test('the event log tells what is gone by the name that it had, also on a phone, and goes further back', async () => {
    const { body: made } = await rest.post(201, '/vms', { name: 'gone-soon' });
    const { body: renamed } = await rest.post(201, '/vms', { name: 'first-name' });
    await rest.post(201, `/vms/${made.id}/checkpoints`, { name: 'its past' });
    await world.host.machines.delete(made.id);
    await rest.expect(200, `/vms/${renamed.id}/settings`, { method: 'PATCH', body: { name: 'second-name' } });
    await world.go(page, 'events');
    const rows = page.getByRole('row');
    const destroyed = rows.filter({ hasText: 'DestroySystem' }).filter({ hasText: 'ComputerSystem gone-soon' });
    await destroyed.first().waitFor();
    await rows.filter({ hasText: 'CreateSnapshot' }).filter({ hasText: 'gone-soon' }).first().waitFor();
    const defined = rows.filter({ hasText: 'DefineSystem' });
    await defined.filter({ hasText: 'second-name' }).first().waitFor();
    assert.equal(await defined.filter({ hasText: 'first-name' }).count(), 0, 'what is there has the name of now');
    assert.equal(await rows.filter({ hasText: /Msvm_|Vsms_/ }).count(), 0);
    const phone = await world.enter({ width: 360, height: 740 });
    await world.go(phone, 'events');
    const there = phone.getByRole('row').filter({ hasText: 'DestroySystem' }).filter({ hasText: 'gone-soon' }).first();
    await there.getByText('ComputerSystem gone-soon').filter({ visible: true }).waitFor();
    assert.deepEqual(await world.violations(phone), []);
    await phone.close();
    const refusals = Array.from({ length: 7 }, async () => {
      for (let n = 0; n < 30; n++) await rest.expect(409, `/vms/${renamed.id}/pause`, { method: 'POST' });
    });
    await Promise.all(refusals);
    await destroyed.first().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Show older' }).click();
    await destroyed.first().waitFor();
    await world.host.machines.delete(renamed.id);
  });

  test('charts of disks and networks, with what each line is', async () => {
    await world.go(page, 'machines', vm);
    await page.getByRole('img', { name: /^Disks: Read [\d.,]+ K?B\/s, Written [\d.,]+ K?B\/s$/ }).waitFor();
    await page.getByRole('img', { name: /^Networks: Received – , Sent –|^Networks: Received –, Sent –$/ }).waitFor();
    await page.getByText(/^The service has kept figures since it was started at /).waitFor();
    await page.getByRole('img', { name: /^Networks/ }).scrollIntoViewIfNeeded();
    await world.picture(page, 'charts');
  });

  test('no page did what it must not', () => world.assertClean());
});

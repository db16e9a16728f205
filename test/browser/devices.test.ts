import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { Rest } from '../rest/kit.ts';
import { ConsoleHost } from './kit.ts';

const START = 2;
const FOLDER = String.raw`C:\vm`;
const VIEWER = 'Vi3wer-Passw0rd';

describe('drives, adapters, boot order and races in the browser', () => {
  let world: ConsoleHost;
  let rest: Rest;
  let page: Page;
  let vm = '';
  const base = `${FOLDER}\\base.vhdx`;
  const child = `${FOLDER}\\child.vhdx`;
  before(async () => {
    world = await ConsoleHost.open('simulated');
    rest = new Rest(world.host.service);
    await world.host.file('base.vhdx');
    await rest.post(201, '/images', { path: base, sizeBytes: 16 << 20 });
    await rest.post(201, '/images', { path: child, type: 'differencing', parentPath: base });
    const body = { name: 'db', disks: [{ path: child }], nics: [{ switchId: null, name: 'front' }] };
    vm = (await rest.post(201, '/vms', body)).body.id;
    page = await world.enter();
  });
  after(() => world[Symbol.asyncDispose]());

  const devices = async () => (await rest.expect(200, `/vms/${vm}/devices`)).body;
  const card = (title: string): Locator =>
    page.locator('.card').filter({ has: page.getByRole('heading', { name: title }) });

  test('a chain of two files is drawn, the one that is written to on top', async () => {
    await world.go(page, 'machines', vm, 'disks');
    const layers = page.locator('.chain li');
    await layers.nth(1).getByText('dynamic').waitFor();
    await layers.nth(0).getByText('differencing').waitFor();
    const paths = await layers.locator('code').allInnerTexts();
    assert.deepEqual(
      paths.map((path) => path.split(/[\\/]/).at(-1)),
      ['child.vhdx', 'base.vhdx'],
    );
  });

  test('a drive: added with a DVD, ejected, filled again, removed', async () => {
    writeFileSync((await world.host.file('tools.iso')).linux, Buffer.alloc(65_536));
    const iso = `${FOLDER}\\tools.iso`;
    await page.getByRole('button', { name: 'Add drive' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Size').fill('');
    await dialog.getByText('A whole number from 1 to 65536.').waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Add', exact: true }).isDisabled(), true);
    await dialog.getByLabel('DVD drive').check();
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await dialog.getByLabel('File', { exact: true }).fill(iso);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    const dvd = card('DVD drive');
    await dvd.getByText(iso, { exact: true }).waitFor();
    const act = async (item: string): Promise<void> => {
      await dvd.getByRole('button', { name: /^Actions for DVD drive/ }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    const inside = async (): Promise<string | null> =>
      (await devices()).disks.find(({ kind }: { kind: string }) => kind === 'dvd').path;
    assert.equal(await inside(), iso);
    await act('Eject');
    await dvd.getByText('Empty').waitFor();
    assert.equal(await inside(), null);
    await act('Insert');
    await dialog.getByLabel('File', { exact: true }).fill(iso);
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await dvd.getByText(iso, { exact: true }).waitFor();
    await world.picture(page, 'drives');
    await act('Remove');
    await dialog.getByText('The drive goes; the file stays.').waitFor();
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dvd.waitFor({ state: 'detached' });
    assert.equal((await devices()).disks.length, 1);
  });

  test('drives under their controllers: put where it is chosen, moved by the keyboard; why not, is told at the field', async () => {
    const own = `${FOLDER}\\own.vhdx`;
    await rest.post(201, '/images', { path: own, sizeBytes: 16 << 20 });
    const { body: old } = await rest.post(201, '/vms', { name: 'old', generation: 1, disks: [{ path: own }] });
    const there = async () => (await rest.expect(200, `/vms/${old.id}/devices`)).body;
    await world.go(page, 'machines', old.id, 'disks');
    const group = (name: string): Locator => page.getByRole('region', { name, exact: true });
    await group('IDE controller 0').getByText('1 of 2 locations used').waitFor();
    await group('IDE controller 1').getByText('0 of 2 locations used').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Remove IDE controller 1' }).count(), 0);
    const add = page.getByRole('button', { name: 'Add SCSI controller' });
    for (let n = 0; n < 4; n += 1) {
      await add.click();
      await group(`SCSI controller ${n}`).getByText('0 of 64 locations used').waitFor();
    }
    await page.getByText('There are 4 SCSI controllers, as many as there can be.').waitFor();
    assert.equal(await add.count(), 0);
    for (const n of [3, 2]) {
      await page.getByRole('button', { name: `Remove SCSI controller ${n}` }).click();
      await group(`SCSI controller ${n}`).waitFor({ state: 'detached' });
    }
    const [scsi] = (await there()).controllers.filter(({ kind }: { kind: string }) => kind === 'scsi');

    // Somebody else takes the place that was chosen.
    const dialog = page.getByRole('dialog');
    const [controller, location] = [dialog.getByLabel('Controller'), dialog.getByLabel('Location')];
    const choices = (of: Locator): Promise<string[]> => of.locator('option').allInnerTexts();
    await page.getByRole('button', { name: 'Add drive' }).click();
    await dialog.getByLabel('DVD drive').check();
    assert.deepEqual(await choices(controller), ['First free place', 'IDE controller 0', 'IDE controller 1']);
    await dialog.getByLabel('Existing disk').check();
    await dialog.getByLabel('File', { exact: true }).fill(child);
    assert.equal(await location.count(), 0);
    await controller.selectOption('SCSI controller 0');
    assert.equal((await choices(location)).length, 65);
    await location.selectOption('63');
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await world.picture(page, 'drive-place');
    const { body: theirs } = await rest.post(201, `/vms/${old.id}/disks`, { controllerId: scsi.id, location: 63 });
    const added = dialog.getByRole('button', { name: 'Add', exact: true });
    await added.click();
    await dialog.getByText('This location is taken meanwhile. Choose another one.').waitFor();
    assert.equal(await dialog.getByRole('alert').count(), 1, 'at the field, and nowhere else');
    await location.selectOption('62');
    assert.equal(await dialog.getByRole('alert').count(), 0);
    await added.click();
    await dialog.waitFor({ state: 'detached' });
    await group('SCSI controller 0').getByText('2 of 64 locations used').waitFor();
    await group('SCSI controller 0').getByText(child, { exact: true }).first().waitFor();

    // By the keyboard alone, to another controller.
    const move = async (drive: string): Promise<void> => {
      await page.getByRole('button', { name: `Actions for Hard disk ${drive}` }).click();
      await page.getByRole('menuitem', { name: 'Move to another place' }).click();
    };
    await move('0:62');
    assert.equal(await location.inputValue(), '62');
    assert.equal(await dialog.getByRole('button', { name: 'Move' }).isDisabled(), true, 'it is there');
    await controller.focus();
    await controller.press('ArrowDown');
    await location.focus();
    await location.pressSequentially('7');
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await world.picture(page, 'drive-move');
    for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
    await dialog.waitFor({ state: 'detached' });
    await group('SCSI controller 1').getByText(child, { exact: true }).first().waitFor();
    const moved = (await there()).disks.find(({ path }: { path: string }) => path === child);
    assert.deepEqual([moved.controllerNumber, moved.location], [1, 7]);
    // A DVD does not fit where a disk was to go: what is shown then is what is done.
    await page.getByRole('button', { name: 'Add drive' }).click();
    await dialog.getByLabel('Existing disk').check();
    await controller.selectOption('SCSI controller 1');
    await dialog.getByLabel('DVD drive').check();
    assert.deepEqual([await controller.inputValue(), await location.count()], ['', 0]);
    await added.click();
    await dialog.waitFor({ state: 'detached' });
    const { disks, controllers } = await there();
    const dvd = disks.find(({ kind }: { kind: string }) => kind === 'dvd');
    assert.equal(controllers.find(({ id }: { id: string }) => id === dvd.controllerId).kind, 'ide');
    await rest.expect(204, `/vms/${old.id}/disks/${dvd.id}`, { method: 'DELETE' });
    await rest.expect(204, `/vms/${old.id}/disks/${theirs.id}`, { method: 'DELETE' });

    // What IDE does not take while the machine runs, in German and on a phone.
    await rest.post(200, `/vms/${old.id}/start`);
    const german = await world.enter({ language: 'de-DE', width: 390, height: 844 });
    await world.go(german, 'machines', old.id, 'disks');
    await german.getByRole('button', { name: 'Aktionen für Festplatte 1:7' }).click();
    await german.getByRole('menuitem', { name: 'An anderen Platz verschieben' }).click();
    const fenster = german.getByRole('dialog');
    await fenster.getByLabel('Controller').selectOption('IDE-Controller 1');
    await fenster.getByRole('button', { name: 'Verschieben' }).click();
    await fenster.getByText('Laufwerke an IDE ändern sich nur bei ausgeschalteter Maschine.').waitFor();
    assert.deepEqual(await world.violations(german, 'dialog'), []);
    await world.picture(german, 'drive-move-german');
    await fenster.getByRole('button', { name: 'Abbrechen' }).click();
    await fenster.waitFor({ state: 'detached' });
    assert.deepEqual(await world.violations(german, 'main'), []);
    assert.equal(await german.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'), true);
    await world.picture(german, 'controllers-german');
    await german.close();
    await world.picture(page, 'controllers');
    await rest.post(200, `/vms/${old.id}/stop`);
    await world.host.machines.delete(old.id);
    await world.go(page, 'machines', vm, 'disks');
    await page.getByText(child, { exact: true }).first().waitFor();
  });

  test('a disk: made, gets larger and smaller, is compacted; why not, is told', async () => {
    const path = `${FOLDER}\\sized.vhdx`;
    const image = async () => (await rest.expect(200, `/images?path=${encodeURIComponent(path)}`)).body;
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Add drive' }).click();
    await dialog.getByLabel('File', { exact: true }).fill(path);
    await dialog.getByLabel('Type', { exact: true }).selectOption('differencing');
    assert.equal(await dialog.getByRole('button', { name: 'Add', exact: true }).isDisabled(), true, 'over what?');
    assert.equal(await dialog.getByLabel('Size').count(), 0, 'that of its parent');
    await dialog.getByLabel('Type', { exact: true }).selectOption('dynamic');
    await dialog.getByLabel('Size').fill('1');
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    const drive = page.locator('.card').filter({ has: page.getByText(path, { exact: true }) });
    await drive.getByText('VHDX · dynamic · 1 GB').waitFor();
    const act = async (of: Locator, item: string): Promise<void> => {
      await of.getByRole('button', { name: /^Actions for Hard disk/ }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await act(drive, 'Change the size');
    await dialog.getByText('Now: 1 GB').waitFor();
    const apply = dialog.getByRole('button', { name: 'Apply' });
    assert.equal(await apply.isDisabled(), true, 'it has that size');
    await dialog.getByLabel('New size').fill('0');
    await dialog.getByText('A whole number from 1 to 65536.').waitFor();
    await dialog.getByLabel('New size').fill('3');
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await world.picture(page, 'disk-resize');
    await apply.click();
    await drive.getByText('VHDX · dynamic · 3 GB').waitFor();
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await image()).sizeBytes, 3 * 2 ** 30);
    await act(drive, 'Change the size');
    await dialog.getByLabel('New size').fill('2');
    await apply.click();
    await drive.getByText('VHDX · dynamic · 2 GB').waitFor();
    await dialog.waitFor({ state: 'detached' });
    await act(drive, 'Compact');
    await dialog.getByRole('button', { name: 'Compact' }).click();
    await page.getByText('The disk is compacted').waitFor();

    await rest.post(200, `/vms/${vm}/start`);
    await act(drive, 'Change the size');
    await dialog.getByLabel('New size').fill('1');
    await apply.click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('New size').fill('4');
    await apply.click();
    await drive.getByText('VHDX · dynamic · 4 GB').waitFor();
    await dialog.waitFor({ state: 'detached' });
    await rest.post(200, `/vms/${vm}/stop`);
    await act(drive, 'Remove');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await drive.waitFor({ state: 'detached' });
  });

  test('an adapter: VLAN and MAC address; what somebody else changed meanwhile stays', async () => {
    const [{ id }] = (await devices()).nics;
    await rest.post(201, '/switches', { name: 'lab' });
    await world.go(page, 'machines', vm, 'networks');
    await page.getByRole('button', { name: 'Change front' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Connect the adapter to a switch first.').waitFor();
    await dialog.getByLabel('Switch').selectOption('lab');
    const [mac, vlan] = [dialog.getByLabel('MAC address'), dialog.getByLabel('VLAN')];
    await mac.fill('00155D');
    await dialog.getByText('Twelve hexadecimal digits.').waitFor();
    await vlan.fill('4095');
    await dialog.getByText('A whole number from 1 to 4094.').waitFor();
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    assert.equal(await dialog.getByRole('button', { name: 'Apply' }).isDisabled(), true);
    await mac.fill('00:15:5d:00:00:42');
    await vlan.fill('42');
    await rest.expect(200, `/vms/${vm}/nics/${encodeURIComponent(id)}`, { method: 'PATCH', body: { name: 'theirs' } });
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await card('theirs').getByText('00-15-5D-00-00-42').waitFor();
    await card('theirs').getByText('42', { exact: true }).waitFor();
    const [{ name, mac: stored, macDynamic, vlanId }] = (await devices()).nics;
    assert.deepEqual([name, stored, macDynamic, vlanId], ['theirs', '00155D000042', false, 42]);
    await world.picture(page, 'adapters');
  });

  test('boot order by the keyboard alone, whose signatures the firmware takes, what the host waits for', async () => {
    const order = async (): Promise<string[]> =>
      (await rest.expect(200, `/vms/${vm}/settings`)).body.firmware.bootOrder;
    const before = await order();
    assert.ok(before.length > 1);
    await world.go(page, 'machines', vm, 'settings');
    const down = page.getByRole('button', { name: /^Move .* down$/ });
    await down.first().focus();
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
    const label = await focused();
    for (let n = 1; n <= before.length; n += 1) {
      await page.keyboard.press('Enter');
      assert.equal(await focused(), label, 'the focus stays on the button, also at the end');
    }
    await page.getByLabel('Reserve', { exact: true }).fill('10');
    await page.getByLabel('Secure Boot template').selectOption('Microsoft UEFI Certificate Authority');
    await page.getByLabel('When the host starts').selectOption('Always start');
    await page.getByLabel('Wait before').fill('86401');
    await page.getByText('A whole number from 0 to 86400.').waitFor();
    await page.getByLabel('Wait before').fill('30');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    // Several calls of Hyper-V's, one after another: the order may be there before the rest.
    await page.getByText('Saved', { exact: true }).waitFor();
    const [first = '', ...others] = before;
    assert.deepEqual(await order(), [...others, first]);
    const { processors, firmware, automatic } = (await rest.expect(200, `/vms/${vm}/settings`)).body;
    assert.deepEqual(
      [processors.reservePercent, firmware.secureBootTemplate, automatic.startDelaySeconds],
      [10, '272e7447-90a4-4563-a4b9-8e4ab00526ce', 30],
    );
  });

  test('of three checkpoints one is deleted: what lies below stays', async () => {
    for (const name of ['monday', 'tuesday', 'wednesday']) await rest.post(201, `/vms/${vm}/checkpoints`, { name });
    await world.go(page, 'machines', vm, 'checkpoints');
    await page.getByRole('button', { name: 'Actions for tuesday' }).click();
    await page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('its children and the present state stay').waitFor();
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('tuesday', { exact: true }).waitFor({ state: 'detached' });
    const names = await page.locator('.node strong').allInnerTexts();
    assert.deepEqual(names, ['monday', 'wednesday', 'Now']);
    await page.locator('.tree > li > ul > li').getByText('wednesday').waitFor();
    const { items } = (await rest.expect(200, `/vms/${vm}/checkpoints`)).body;
    assert.deepEqual(items.map(({ name }: { name: string }) => name).toSorted(), ['monday', 'wednesday']);
  });

  test('one checkpoint: its settings as they were, which a viewer may look at too, and its export as a machine of its own', async () => {
    const processors = (count: number) =>
      rest.expect(200, `/vms/${vm}/settings`, { method: 'PATCH', body: { processors: { count } } });
    const { count: before } = (await rest.expect(200, `/vms/${vm}/settings`)).body.processors;
    await processors(before + 1);
    const look = async (at: Page): Promise<void> => {
      await world.go(at, 'machines', vm, 'checkpoints');
      await at.getByRole('link', { name: 'monday', exact: true }).click();
      await at.getByText(/^The machine as it was on .+, to look at\.$/).waitFor();
      const shown = at.getByLabel('Virtual processors');
      assert.deepEqual([await shown.inputValue(), await shown.isDisabled()], [String(before), true]);
      await at.getByText('Hard disk · child.vhdx').waitFor();
      await at.getByRole('heading', { name: 'theirs' }).waitFor();
      await at.getByText(child, { exact: true }).waitFor();
      const offered = at
        .locator('main')
        .getByRole('button', { name: /^(?:Save|Add|Change|Remove|Actions for Hard disk)/ });
      assert.equal(await offered.count(), 0);
    };
    await look(page);
    assert.deepEqual(await world.violations(page, 'main'), []);
    await world.picture(page, 'checkpoint-settings');
    await processors(before);
    await page.getByRole('link', { name: 'All checkpoints' }).click();

    const dialog = page.getByRole('dialog', { name: 'Export “monday”' });
    await page.getByRole('button', { name: 'Actions for monday' }).click();
    await page.getByRole('menuitem', { name: 'Export' }).click();
    await dialog.getByText('becomes a machine of its own').waitFor();
    assert.equal(await dialog.getByLabel('With disks').count(), 0, 'they go along');
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await world.picture(page, 'checkpoint-export');
    await dialog.getByLabel('Folder', { exact: true }).fill(`${FOLDER}\\monday`);
    await dialog.getByRole('button', { name: 'Export' }).click();
    await page.getByText('“monday” is exported').waitFor();
    const within = async (path: string): Promise<string[]> =>
      (await rest.expect(200, `/files?path=${encodeURIComponent(path)}`)).body.items.map(
        (item: { path: string }) => item.path,
      );
    const definitionFile = (await within(`${FOLDER}\\monday\\db\\Virtual Machines`)).find((path) =>
      path.endsWith('.vmcx'),
    );
    const { body: plan } = await rest.post(201, '/plans', { definitionFile });
    assert.notEqual(plan.id, vm);
    assert.equal(plan.processors, before);
    assert.deepEqual((await rest.expect(200, `/plans/${plan.id}/checkpoints`)).body.items, []);
    await rest.expect(204, `/plans/${plan.id}`, { method: 'DELETE' });

    await rest.expect(201, '/users/eye', { method: 'PUT', body: { role: 'viewer', password: VIEWER } });
    const eye = await world.enter({}, 'eye', VIEWER);
    await processors(before + 1);
    await look(eye);
    await processors(before);
    await eye.getByRole('link', { name: 'All checkpoints' }).click();
    await eye.getByRole('link', { name: 'monday', exact: true }).waitFor();
    assert.equal(await eye.locator('.tree').getByRole('button').count(), 0);

    const { body: passing } = await rest.post(201, `/vms/${vm}/checkpoints`, { name: 'passing' });
    await eye.getByRole('link', { name: 'passing', exact: true }).click();
    await eye.getByLabel('Virtual processors').waitFor();
    await rest.expect(204, `/checkpoints/${passing.id}`, { method: 'DELETE' });
    await eye.getByRole('heading', { name: 'This checkpoint is no longer there.' }).waitFor();
    await eye.close();
    await world.go(page, 'machines', vm, 'checkpoints');
  });

  test('a dialog that was closed while it sent closes no other one; what came of it is told', async () => {
    const sent = Promise.withResolvers<void>();
    await page.route('**/checkpoints/*', async (route) => {
      if (route.request().method() === 'PATCH') await sent.promise;
      await route.fulfill({
        status: 409,
        json: { code: 'invalid-state', title: 'No', detail: 'Refused by the test.' },
      });
    });
    const rename = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Actions for monday' }).click();
      await page.getByRole('menuitem', { name: 'Rename' }).click();
    };
    const dialog = page.getByRole('dialog');
    await rename();
    const asked = page.waitForRequest((request) => request.method() === 'PATCH');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await asked;
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Actions for wednesday' }).click();
    await page.getByRole('menuitem', { name: 'Fork' }).click();
    sent.resolve();
    await page.locator('.toast.bad').getByText('Refused by the test.').waitFor();
    await page.unroute('**/checkpoints/*');
    assert.equal(await dialog.count(), 1);
    await page.keyboard.press('Escape');
    await page.locator('.toast.bad').getByRole('button', { name: 'Close' }).click();

    const answered = Promise.withResolvers<void>();
    await page.route('**/checkpoints/*', async (route) => {
      if (route.request().method() === 'PATCH') await answered.promise;
      await route.continue();
    });
    await rename();
    const again = page.waitForRequest((request) => request.method() === 'PATCH');
    const done = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await again;
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Actions for wednesday' }).click();
    await page.getByRole('menuitem', { name: 'Fork' }).click();
    answered.resolve();
    await (await done).finished();
    // Whatever that closes is closed when this has been drawn.
    await dialog.getByLabel('Machines').fill('3');
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    assert.equal(await dialog.count(), 1);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.unroute('**/checkpoints/*');
  });

  test('a job whose end is told before the answer that begins it is not waited for', async () => {
    await world.go(page, 'machines', vm, 'checkpoints');
    await page.route('**/api/v1/jobs/*', (route) => route.abort());
    await page.route('**/vms/*/checkpoints', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      const answer = await route.fetch();
      await page.locator('.node').nth(3).waitFor();
      return route.fulfill({ response: answer });
    });
    const take = page.getByRole('button', { name: 'Take checkpoint' });
    await take.click();
    await page.locator('.node').nth(3).waitFor();
    await world.host.until('the button is free', () => take.isEnabled());
    await page.unroute('**/vms/*/checkpoints');
    await page.unroute('**/api/v1/jobs/*');
  });

  test('a machine that was read before it changed is shown as it is now', async () => {
    const fresh = await world.enter();
    await fresh.addInitScript(`
      globalThis.heard = [];
      const Plain = EventSource;
      globalThis.EventSource = class extends Plain {
        constructor(...given) {
          super(...given);
          this.addEventListener('vm', ({ data }) => heard.push(JSON.parse(data).vm?.state));
          this.addEventListener('figures', () => heard.push('figures'));
        }
      };`);
    // Read at once, and again when the stream has begun: what it was before that is read no more.
    let lists = 0;
    fresh.on('request', (request) => {
      if (new URL(request.url()).pathname.endsWith('/api/v1/vms')) lists += 1;
    });
    await fresh.reload();
    await fresh.getByRole('link', { name: 'db', exact: true }).waitFor();
    await world.host.until('it is read again', async () => lists > 1);
    const heard = (): Promise<string[]> => fresh.evaluate<string[]>('heard');
    await fresh.route(`**/api/v1/vms/${vm}`, async (route) => {
      const answer = await route.fetch();
      await world.host.change(vm, START);
      // Put on the screen before the next but one comes.
      await world.host.until('the page has heard of it', async () => {
        const told = await heard();
        const since = told.lastIndexOf('running');
        return since >= 0 && told.slice(since).filter((each) => each === 'figures').length > 1;
      });
      await route.fulfill({ response: answer });
    });
    const answered = fresh.waitForResponse(`**/api/v1/vms/${vm}`, { timeout: 120_000 });
    await world.go(fresh, 'machines', vm);
    await (await answered).finished();
    await fresh.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    assert.equal(await fresh.locator('.crumbs .state').innerText(), 'Running');
    await fresh.close();
  });

  test('a machine and a plan that somebody else has taken away are told as gone', async () => {
    const { body: short } = await rest.post(201, '/vms', { name: 'short' });
    await world.go(page, 'machines', short.id, 'disks');
    await page.getByRole('heading', { level: 1, name: 'short' }).waitFor();
    await rest.post(204, `/vms/${short.id}/export`, { directory: FOLDER });
    await world.host.machines.delete(short.id);
    await page.getByRole('heading', { level: 1, name: 'This machine is no longer there' }).waitFor();
    const definitionFile = `${FOLDER}\\short\\Virtual Machines\\${short.id}.vmcx`;
    const { body: plan } = await rest.post(201, '/plans', { definitionFile });
    await world.go(page, 'imports', plan.id);
    await page.getByRole('button', { name: 'Make the machine' }).waitFor();
    await rest.expect(204, `/plans/${plan.id}`, { method: 'DELETE' });
    await page.getByText('This plan is no longer there').waitFor();
  });

  test('whoever goes on to another page while a machine is made stays there', async () => {
    await world.go(page, 'create');
    await page.getByLabel('Name').fill('made-meanwhile');
    const next = page.getByRole('button', { name: 'Next' });
    await next.click();
    await next.click();
    await page.getByLabel('No disk').check();
    for (let step = 0; step < 2; step += 1) await next.click();
    const made = Promise.withResolvers<void>();
    await page.route('**/api/v1/vms', async (route) => {
      if (route.request().method() === 'POST') await made.promise;
      await route.continue();
    });
    const asked = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/vms'));
    await page.getByRole('button', { name: 'Create' }).click();
    await asked;
    await world.go(page, 'switches');
    await page.getByRole('heading', { level: 1, name: 'Switches' }).waitFor();
    made.resolve();
    await page.getByText('“made-meanwhile” is there').waitFor();
    assert.match(page.url(), /#\/switches$/);
    await page.unroute('**/api/v1/vms');
    await world.host.machines.delete((await world.host.machines.find('made-meanwhile')).id);
  });

  test('no page did what it must not', () => world.assertClean());
});

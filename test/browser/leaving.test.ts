import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Rest } from '../rest/kit.ts';
import { ConsoleHost } from './kit.ts';

const FOLDER = String.raw`C:\vm`;

describe('what is typed or asked is not lost without a word, in the browser', () => {
  let world: ConsoleHost;
  let rest: Rest;
  let page: Page;
  let vm = '';
  before(async () => {
    world = await ConsoleHost.open('simulated');
    rest = new Rest(world.host.service);
    vm = (await rest.post(201, '/vms', { name: 'typed' })).body.id;
    page = await world.enter();
  });
  after(() => world[Symbol.asyncDispose]());

  const stored = async (): Promise<string> => (await rest.expect(200, `/vms/${vm}/settings`)).body.notes;
  const tab = (name: string) => page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name });
  const dialog = () => page.getByRole('dialog', { name: 'Not saved yet' });
  const hash = (): Promise<string> => page.evaluate<string>('location.hash');
  const at = (place: string): Promise<void> =>
    world.host.until(`the address is that of ${place}`, async () => (await hash()) === `#/machines/${vm}/${place}`);

  test('settings that are not saved: whoever stays has them and the address, whoever goes on loses them and is asked no more', async () => {
    await world.go(page, 'machines', vm, 'disks');
    await tab('Settings').click();
    const notes = page.getByLabel('Notes');
    await notes.fill('typed');
    await tab('Networks').click();
    await dialog().getByText('It is lost if you go on.').waitFor();
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await world.picture(page, 'settings-unsaved');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await at('settings');
    assert.equal(await notes.inputValue(), 'typed');
    // Back by the browser, and by the keyboard alone.
    await page.goBack();
    await dialog().waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await at('settings');
    assert.equal(await notes.inputValue(), 'typed');
    await page.goBack();
    await dialog().getByRole('button', { name: 'Go on without saving' }).click();
    await page.getByRole('button', { name: 'Add drive' }).first().waitFor();
    await at('disks');
    await page.goForward();
    await notes.waitFor();
    assert.equal(await notes.inputValue(), '', 'nothing is kept silently');
    await tab('Networks').click();
    await page.getByText('No network adapters').waitFor();
    assert.equal(await dialog().count(), 0);
    assert.equal(await stored(), '');
  });

  test('settings that are not saved: closing, reloading and signing out ask too; when they are saved nothing does', async () => {
    const before = world.wrong.length;
    await world.go(page, 'machines', vm, 'settings');
    const notes = page.getByLabel('Notes');
    // A browser asks only for those who have touched the page.
    await notes.click();
    await notes.fill('kept');
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    assert.equal((await asked).type(), 'beforeunload');
    assert.deepEqual(world.wrong.splice(before), ['dialog: ']);
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'detached' });
    assert.equal(await notes.inputValue(), 'kept');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await tab('Networks').click();
    await page.getByText('No network adapters').waitFor();
    assert.equal(await dialog().count(), 0);
    assert.equal(await stored(), 'kept');
  });

  test('another language asks before the page is loaded anew for it, and once only', async () => {
    await world.go(page, 'machines', vm, 'settings');
    const notes = page.getByLabel('Notes');
    // A browser asks only for those who have touched the page.
    await notes.click();
    await notes.fill('in two languages');
    const german = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Account' }).click();
      await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
    };
    await german();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'detached' });
    assert.equal(await notes.inputValue(), 'in two languages');
    await german();
    await dialog().getByRole('button', { name: 'Go on without saving' }).click();
    const notizen = page.getByLabel('Notizen');
    await notizen.waitFor();
    assert.notEqual(await notizen.inputValue(), 'in two languages');
    await page.getByRole('button', { name: 'Konto' }).click();
    await page.getByRole('menuitemradio', { name: 'English' }).click();
    await notes.waitFor();
  });

  test('a new machine that is typed and not made: another page asks; what is made is not asked about', async () => {
    await world.go(page, 'create');
    await page.getByLabel('Name').fill('half');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('link', { name: 'Switches' }).click();
    await dialog().getByText('What you have typed or changed here has not been saved.').waitFor();
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Back' }).click();
    assert.equal(await page.getByLabel('Name').inputValue(), 'half');
    await page.getByLabel('Name').fill('');
    await page.getByRole('link', { name: 'Switches' }).click();
    await page.getByRole('heading', { level: 1, name: 'Switches' }).waitFor();
    await world.go(page, 'create');
    await page.getByLabel('Name').fill('half');
    await page.getByRole('link', { name: 'Cancel' }).click();
    await dialog().getByRole('button', { name: 'Go on without saving' }).click();
    await page.getByRole('heading', { level: 1, name: 'Machines' }).waitFor();
    await world.go(page, 'create');
    assert.equal(await page.getByLabel('Name').inputValue(), '');
  });

  test('what is typed into a dialog: Esc and the way back ask, however often; Cancel does not, nor an empty one', async () => {
    const german = await world.enter({ language: 'de-DE', width: 390, height: 844 });
    await world.go(german, 'machines');
    await world.go(german, 'switches');
    const add = german.getByRole('button', { name: 'Neuer Switch' }).first();
    const typed = german.getByRole('dialog', { name: 'Neuer Switch' });
    const question = german.getByRole('dialog', { name: 'Noch nicht gespeichert' });
    await add.click();
    await typed.waitFor();
    await german.keyboard.press('Escape');
    await typed.waitFor({ state: 'detached' });
    await add.click();
    const name = typed.getByLabel('Name');
    await name.fill('Labor');
    for (let time = 0; time < 3; time += 1) {
      await german.keyboard.press('Escape');
      await question.waitFor();
      if (time === 0) {
        assert.deepEqual(await world.violations(german, 'dialog:last-of-type'), []);
        await world.picture(german, 'dialog-unsaved-german');
      }
      await german.keyboard.press('Escape');
      await question.waitFor({ state: 'detached' });
      assert.equal(await name.inputValue(), 'Labor');
      await german.waitForFunction('document.activeElement.value === "Labor"');
    }
    await german.goBack();
    await question.getByRole('button', { name: 'Abbrechen' }).click();
    await question.waitFor({ state: 'detached' });
    await german.waitForURL(/#\/switches$/);
    assert.equal(await name.inputValue(), 'Labor');
    await typed.getByRole('button', { name: 'Abbrechen' }).click();
    await typed.waitFor({ state: 'detached' });
    await add.click();
    await name.fill('Labor');
    await german.keyboard.press('Escape');
    await question.getByRole('button', { name: 'Ohne Speichern fortfahren' }).click();
    await typed.waitFor({ state: 'detached' });
    assert.equal(await question.count(), 0);
    assert.match(german.url(), /#\/switches$/);
    await german.close();
  });

  test('a question about settings answers itself when they are saved meanwhile, and when their machine is gone', async () => {
    await world.go(page, 'machines', vm, 'settings');
    const answered = Promise.withResolvers<void>();
    await page.route('**/settings', async (route) => {
      if (route.request().method() === 'PATCH') await answered.promise;
      await route.continue();
    });
    await page.getByLabel('Notes').fill('on its way');
    const sent = page.waitForRequest((request) => request.method() === 'PATCH');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await sent;
    await tab('Networks').click();
    await dialog().waitFor();
    answered.resolve();
    await page.getByText('No network adapters').waitFor();
    await dialog().waitFor({ state: 'detached' });
    await at('networks');
    assert.equal(await stored(), 'on its way');
    await page.unroute('**/settings');

    const { body: short } = await rest.post(201, '/vms', { name: 'short' });
    await world.go(page, 'machines', short.id, 'settings');
    await page.getByLabel('Notes').fill('of no use');
    await world.go(page, 'switches');
    await dialog().waitFor();
    await world.host.machines.delete(short.id);
    await page.getByRole('heading', { level: 1, name: 'Switches' }).waitFor();
    assert.equal(await dialog().count(), 0);
  });

  test('settings of a plan that are not saved: its other parts and the making of the machine ask, in German too', async () => {
    const { body: made } = await rest.post(201, '/vms', { name: 'planned' });
    await rest.post(204, `/vms/${made.id}/export`, { directory: FOLDER });
    await world.host.machines.delete(made.id);
    const definitionFile = `${FOLDER}\\planned\\Virtual Machines\\${made.id}.vmcx`;
    const { body: plan } = await rest.post(201, '/plans', { definitionFile });
    const german = await world.enter({ language: 'de-DE' });
    // As it is told of a machine with gigabytes of memory to copy: this one has none.
    await german.route('**/api/v1/jobs?*', async (route) => {
      const answer = await route.fetch();
      const [item] = (await answer.json()).items;
      const file = { name: `${FOLDER}\\planned\\${made.id}.vmrs`, doneBytes: 3 << 28, totalBytes: 1 << 30 };
      const activity = { text: 'Copying saved states and firmware', file };
      const affected = [{ kind: 'plan', id: plan.id }];
      const now = { ...item, id: made.id, description: 'Realizing Planned Virtual Machine', percent: 75, error: null };
      await route.fulfill({ json: { items: [{ ...now, state: 'running', activity, affected }], next: null } });
    });
    const begun = Promise.withResolvers<void>();
    await german.route('**/realize', async (route) => {
      await begun.promise;
      await route.continue();
    });
    await german.reload();
    await world.go(german, 'imports', plan.id);
    await german.getByRole('button', { name: 'Einstellungen' }).click();
    const notes = german.getByLabel('Notizen');
    await notes.fill('getippt');
    const question = german.getByRole('dialog', { name: 'Noch nicht gespeichert' });
    await german.getByRole('button', { name: 'Datenträger', exact: true }).click();
    await question.getByRole('button', { name: 'Abbrechen' }).click();
    await question.waitFor({ state: 'detached' });
    assert.equal(await notes.inputValue(), 'getippt');
    await german.getByRole('button', { name: 'Maschine anlegen' }).click();
    await question.getByText('Es geht verloren, wenn Sie fortfahren.').waitFor();
    await world.picture(german, 'plan-unsaved-german');
    await question.getByRole('button', { name: 'Ohne Speichern fortfahren' }).click();
    const told = german.getByRole('status').filter({ hasText: 'Maschine eines Imports erstellen' });
    await told.getByText('Gespeicherte Zustände und Firmware werden kopiert').waitFor();
    await told.getByText('768 MB von 1 GB').waitFor();
    await told.getByText('75 %').waitFor();
    assert.deepEqual(await world.violations(german, 'main'), []);
    await world.picture(german, 'import-step-german');
    begun.resolve();
    await german.waitForURL(new RegExp(`#/machines/${made.id}$`));
    await german.unrouteAll({ behavior: 'wait' });
    assert.equal((await rest.expect(200, `/vms/${made.id}/settings`)).body.notes, '');
    await german.close();
    await world.host.machines.delete(made.id);
  });

  test('a dialog of a machine stays when its row leaves the list, and says when others have deleted the machine', async () => {
    const { body: short } = await rest.post(201, '/vms', { name: 'in-a-row' });
    await world.go(page, 'machines');
    await page.getByRole('searchbox').fill('in-a-row');
    await page.getByRole('combobox', { name: 'State' }).selectOption('off');
    const row = page.getByRole('link', { name: 'in-a-row', exact: true });
    const open = async (item: string): Promise<void> => {
      await page.getByRole('button', { name: 'Actions for in-a-row' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await open('Export');
    const opened = page.getByRole('dialog');
    const target = opened.getByLabel('Folder', { exact: true });
    await target.fill(`${FOLDER}\\typed`);
    await rest.post(200, `/vms/${short.id}/start`);
    await row.waitFor({ state: 'detached' });
    assert.equal(await target.inputValue(), `${FOLDER}\\typed`);
    assert.equal(await opened.getByRole('button', { name: 'Export' }).isEnabled(), true, 'it is there, only not shown');
    await rest.post(200, `/vms/${short.id}/stop`);
    await row.waitFor();
    assert.equal(await target.inputValue(), `${FOLDER}\\typed`);
    await world.host.machines.delete(short.id);
    await opened.getByText('“in-a-row” is no longer there: it was deleted meanwhile.').waitFor();
    await row.waitFor({ state: 'detached' });
    assert.equal(await opened.getByRole('button', { name: 'Export' }).isDisabled(), true);
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await world.picture(page, 'dialog-gone');
    await page.keyboard.press('Escape');
    await opened.waitFor({ state: 'detached' });
    await world.host.until(
      'the focus is in the content',
      async () => (await page.evaluate<string>('document.activeElement.id')) === 'main',
    );
  });

  test('a dialog of a checkpoint, a drive or a switch says that others have taken that away', async () => {
    const opened = page.getByRole('dialog');
    const gone = async (what: string, action: string): Promise<void> => {
      await opened.getByText(`This ${what} is no longer there.`).waitFor();
      assert.equal(await opened.getByRole('button', { name: action, exact: true }).isDisabled(), true);
      await opened.getByRole('button', { name: 'Close', exact: true }).click();
      await opened.waitFor({ state: 'detached' });
    };
    const act = async (on: RegExp, item: string): Promise<void> => {
      await page.getByRole('button', { name: on }).click();
      await page.getByRole('menuitem', { name: item, exact: true }).click();
    };
    const { body: checkpoint } = await rest.post(201, `/vms/${vm}/checkpoints`, { name: 'passing' });
    await world.go(page, 'machines', vm, 'checkpoints');
    await act(/^Actions for passing/, 'Rename');
    await rest.expect(204, `/checkpoints/${checkpoint.id}`, { method: 'DELETE' });
    await gone('checkpoint', 'Apply');

    const path = `${FOLDER}\\passing.vhdx`;
    await rest.post(201, '/images', { path, sizeBytes: 8 << 20 });
    await rest.post(201, `/vms/${vm}/disks`, { path });
    await world.go(page, 'machines', vm, 'disks');
    for (const [item, action] of [
      ['Compact', 'Compact'],
      ['Remove', 'Remove'],
    ] as const) {
      await act(/^Actions for Hard disk/, item);
      const { disks } = (await rest.expect(200, `/vms/${vm}/devices`)).body;
      await rest.expect(204, `/vms/${vm}/disks/${disks[0].id}`, { method: 'DELETE' });
      await gone('device', action);
      await rest.post(201, `/vms/${vm}/disks`, { path });
    }
    await page.getByRole('button', { name: /^Actions for Hard disk/ }).waitFor();

    const { body: made } = await rest.post(201, '/switches', { name: 'passing' });
    await world.go(page, 'switches');
    await act(/^Actions for passing/, 'Change');
    await rest.expect(204, `/switches/${made.id}`, { method: 'DELETE' });
    await gone('switch', 'Apply');
  });

  test('a dialog that deletes something itself does not say meanwhile that others have', async () => {
    await rest.post(201, `/vms/${vm}/checkpoints`, { name: 'mine' });
    await world.go(page, 'machines', vm, 'checkpoints');
    const answered = Promise.withResolvers<void>();
    await page.route('**/checkpoints/*', async (route) => {
      if (route.request().method() !== 'DELETE') return route.continue();
      const answer = await route.fetch();
      await answered.promise;
      return route.fulfill({ response: answer });
    });
    await page.getByRole('button', { name: 'Actions for mine' }).click();
    await page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
    const opened = page.getByRole('dialog');
    await opened.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No checkpoints').waitFor();
    assert.equal(await opened.getByText('This checkpoint is no longer there.').count(), 0);
    assert.equal(await opened.getByRole('button', { name: 'Cancel' }).count(), 1);
    answered.resolve();
    await opened.waitFor({ state: 'detached' });
    await page.unroute('**/checkpoints/*');
  });

  test('no page did what it must not', () => world.assertClean());
});

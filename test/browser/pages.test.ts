import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { textWith } from '../kit/wire-host.ts';
import { Rest } from '../rest/kit.ts';
import { ConsoleHost } from './kit.ts';

const ROOT = join(import.meta.dirname, '../..');
const START = 2;
const OFF = 3;
const SAVED = 6;
const HOSTILE = `<img src=x onerror=alert(1)>'"><script>alert(2)</script>`;
const VIEWER = 'Vi3wer-Passw0rd';
const PAGES = ['machines', 'create', 'imports', 'files', 'jobs', 'switches', 'host', 'users', 'events'];
const TABS = ['overview', 'screen', 'serial', 'checkpoints', 'settings', 'disks', 'networks'];

describe('pages of the console in the browser', () => {
  let world: ConsoleHost;
  let page: Page;
  const ids = new Map<string, string>();
  const id = (name: string): string => ids.get(name) ?? assert.fail(name);
  before(async () => {
    world = await ConsoleHost.open('simulated');
    execFileSync(join(ROOT, 'script/vsms'), ['user', 'set', 'eye', '--role', 'viewer'], {
      env: { ...process.env, VSMS_DATA_DIR: world.host.service.dataDirectory, VSMS_NEW_PASSWORD: VIEWER },
    });
    for (const name of ['web-01', 'web-02', 'db', 'mail']) ids.set(name, await world.host.nano(name));
    const { machines } = world.host;
    ids.set(
      HOSTILE,
      await machines.create({
        name: HOSTILE,
        generation: 2,
        memoryMb: 1024,
        processors: 2,
        disks: [],
        isos: [],
        switch: null,
        serial: null,
        secureBoot: true,
        notes: HOSTILE,
      }),
    );
    await world.host.change(id('db'), START);
  });
  after(() => world[Symbol.asyncDispose]());

  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });

  test('a wrong password is told and keeps out; the right one lets in', async () => {
    page = await world.visit();
    await page.locator('input[name=user]').fill('admin');
    await world.picture(page, 'log-in');
    await page.locator('input[name=password]').fill('wrong');
    await page.locator('button[type=submit]').click();
    await page.getByText('is wrong, or the account is locked').waitFor();
    assert.deepEqual(await world.violations(page), []);
    await page.locator('input[name=password]').fill(world.host.service.password);
    await page.locator('button[type=submit]').click();
    await row('web-01').waitFor();
  });

  test('what others do is seen without a reload: start, a new machine, its end', async () => {
    await page.getByText('Live', { exact: true }).first().waitFor();
    await row('web-01').getByText('Off').waitFor();
    await world.host.change(id('web-01'), START);
    await row('web-01').getByText('Running').waitFor();
    const fresh = await world.host.define({ ElementName: 'short-lived' });
    await row('short-lived').waitFor();
    await world.host.machines.delete(fresh);
    await row('short-lived').waitFor({ state: 'detached' });
  });

  test('hardening 15: names that would be markup are text', async () => {
    await page.getByRole('link', { name: HOSTILE, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: HOSTILE }).waitFor();
    assert.equal(await page.locator('img[src=x]').count(), 0);
    await world.go(page, 'machines', id(HOSTILE), 'settings');
    await page.getByLabel('Notes').waitFor();
    assert.equal(await page.getByLabel('Notes').inputValue(), HOSTILE);
    await world.go(page, 'machines');
  });

  test('filter, choose many, start them; a hard action is asked before', async () => {
    await page.getByRole('searchbox').fill('web');
    await row('db').waitFor({ state: 'detached' });
    for (const name of ['web-01', 'web-02']) await page.getByLabel(`Choose ${name}`).check();
    await world.picture(page, 'machines-chosen');
    await page.getByRole('button', { name: 'Start (1)' }).click();
    await row('web-02').getByText('Running').waitFor();
    await page.getByRole('button', { name: 'More: More' }).click();
    await page.getByRole('menuitem', { name: 'Turn off (2)' }).click();
    await page.getByRole('dialog').getByText('what it has not written to disk is lost').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();
    await row('web-01').getByText('Off').waitFor();
    await row('web-02').getByText('Off').waitFor();
    await page.getByRole('button', { name: 'Choose none' }).click();
    await page.getByRole('searchbox').fill('nothing like it');
    await page.getByText('No machine fits the filter').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await row('db').waitFor();
  });

  test('many are deleted, each named before; those that are on are not meant, and what is refused is told by its name', async () => {
    const names = ['gone-1', 'gone-2', 'gone-3', 'gone-4', 'gone-5', 'gone-6', 'stays'];
    for (const name of names) ids.set(name, await world.host.define({ ElementName: name }));
    await page.getByRole('searchbox').fill('gone');
    await row('gone-6').waitFor();
    await page.getByRole('searchbox').fill('');
    for (const name of [...names, 'db']) await page.getByLabel(`Choose ${name}`).check();
    const act = async (item: string): Promise<void> => {
      await page.getByRole('button', { name: 'More: More' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await act('Take checkpoint (8)');
    await row('gone-6').getByRole('cell', { name: '1', exact: true }).waitFor();
    const dialog = page.getByRole('dialog');
    await act('Delete (7)');
    await dialog.getByRole('heading', { name: 'Delete 7 machines?' }).waitFor();
    await dialog.getByText('Disk files stay where they are').waitFor();
    await dialog.getByText('Their checkpoints are deleted with them').waitFor();
    assert.deepEqual(await dialog.getByRole('listitem').allInnerTexts(), names);
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await world.picture(page, 'machines-delete');
    // Meanwhile somebody else needs one of them, and has turned another one off, which was not named.
    await world.host.change(id('stays'), START);
    await world.host.change(id('db'), OFF);
    await row('db').getByText('Off').waitFor();
    assert.deepEqual(await dialog.getByRole('listitem').allInnerTexts(), names);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    for (const name of names.slice(0, -1)) await row(name).waitFor({ state: 'detached' });
    await page
      .getByRole('region', { name: 'Messages' })
      .getByText(/Delete “stays” failed/)
      .waitFor();
    await page.getByText('6 machines are deleted').waitFor();
    await row('stays').waitFor();
    assert.equal(await row('db').count(), 1);
    await page.locator('.toast.bad').getByRole('button', { name: 'Close' }).click();
    await world.host.change(id('stays'), OFF);
    await world.host.machines.delete(id('stays'));
    await world.host.change(id('db'), START);
    await row('db').getByText('Running').waitFor();
    const { items } = (await new Rest(world.host.service).expect(200, `/vms/${id('db')}/checkpoints`)).body;
    for (const checkpoint of items)
      await new Rest(world.host.service).expect(204, `/checkpoints/${checkpoint.id}`, { method: 'DELETE' });
  });

  test('the keyboard alone: skip link, a menu by arrows, Esc gives the focus back', async () => {
    await page.reload();
    await row('mail').waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate<string>('document.activeElement.textContent'), 'Skip to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate<string>('document.activeElement.id'), 'main');
    const button = row('mail').getByRole('button', { name: 'Actions for mail' });
    await button.focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate<string>('document.activeElement.textContent'), 'Start');
    await page.keyboard.press('End');
    assert.equal(await page.evaluate<string>('document.activeElement.textContent'), 'Delete');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.evaluate<string>('document.activeElement.textContent'), 'Start');
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate<string>('document.activeElement.getAttribute("aria-label")'), 'Actions for mail');
  });

  test('checkpoints: take, rename, apply with one of now, delete', async () => {
    // With memory: whether a production checkpoint has it hangs on whether the guest's agent is there yet.
    await world.host.standardCheckpoints(id('db'));
    await world.go(page, 'machines', id('db'), 'checkpoints');
    await page.getByText('No checkpoints').waitFor();
    await page.getByRole('button', { name: 'Take checkpoint' }).click();
    await page.getByText('Now', { exact: true }).waitFor();
    await page
      .locator('.node')
      .first()
      .getByRole('button', { name: /^Actions for/ })
      .click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(HOSTILE);
    await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
    await page.locator('.node').filter({ hasText: HOSTILE }).waitFor();
    await page.getByRole('button', { name: `Apply ${HOSTILE}` }).click();
    assert.equal(await page.getByLabel('Take a checkpoint of now first').isChecked(), true);
    await page.getByRole('dialog').getByText('The machine is on').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Turn off and apply' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await page.locator('.node').count(), 3, 'two checkpoints and now');
    await world.picture(page, 'checkpoints');
    const first = page.locator('.tree > li').first();
    assert.ok(await first.locator('.node.now').isVisible(), 'now hangs below the one that was applied');
    await page
      .locator('.node')
      .filter({ hasText: HOSTILE })
      .getByRole('button', { name: /^Actions for/ })
      .click();
    await page.getByRole('menuitem', { name: 'Delete with all below' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No checkpoints').waitFor();
    assert.equal(await world.host.state(id('db')), SAVED);
  });

  test('an export that is refused is told where it was asked for, in words of the language and of the service', async () => {
    const german = await world.enter({ language: 'de-DE' });
    await world.go(german, 'machines', id('mail'));
    await german.getByRole('button', { name: /^Mehr/ }).click();
    await german.getByRole('menuitem', { name: 'Exportieren' }).click();
    const dialog = german.getByRole('dialog');
    await dialog.getByLabel('Ordner', { exact: true }).fill('/etc');
    await dialog.getByRole('button', { name: 'Exportieren' }).click();
    await dialog.getByText('Ein Wert passt nicht').waitFor();
    await dialog.getByText(/'\/etc' cannot be used/).waitFor();
    assert.deepEqual(await world.violations(german), []);
    await world.picture(german, 'export-refused-german');
    await german.close();
  });

  test('reference points: taken, seen when somebody else takes one, given up', async () => {
    await world.go(page, 'machines', id('db'), 'checkpoints');
    const card = page.locator('.card').filter({ has: page.getByRole('heading', { name: 'Reference points' }) });
    await card.getByRole('button', { name: 'Take reference point' }).click();
    await card.getByText('as after a power loss').waitFor();
    const rest = new Rest(world.host.service);
    await rest.post(201, `/vms/${id('db')}/reference-points`, {});
    await card.locator('li').nth(1).waitFor();
    await world.picture(page, 'reference-points');
    for (const left of [1, 0]) {
      await card
        .getByRole('button', { name: /^Give up/ })
        .first()
        .click();
      await page.getByRole('dialog').getByRole('button', { name: 'Give up' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await world.host.until(`${left} left`, async () => (await card.locator('li').count()) === left);
    }
    assert.deepEqual((await rest.expect(200, `/vms/${id('db')}/reference-points`)).body.items, []);
  });

  test('settings: what cannot be is told at its field; what is saved is in force; what others saved is shown', async () => {
    await world.go(page, 'machines', id('mail'), 'settings');
    const save = page.getByRole('button', { name: 'Save', exact: true });
    await page.getByLabel('Startup memory').fill('33');
    await page.getByText('An even number of at least 32.').waitFor();
    assert.equal(await save.isDisabled(), true);
    await page.getByLabel('Startup memory').fill('96');
    await page.getByLabel('Notes').fill('changed here');
    await world.picture(page, 'settings');
    await save.click();
    await page.getByText('Saved', { exact: true }).waitFor();
    const settings = await world.host.settings(id('mail'));
    assert.deepEqual(settings.properties['Notes'], 'changed here');
    await page.getByLabel('Name').fill('mine');
    await world.host.call('ModifySystemSettings', {
      SystemSettings: textWith(settings, { ElementName: 'theirs' }),
    });
    await page.getByText('Somebody has changed the settings meanwhile').waitFor();
    await page.getByRole('button', { name: 'Discard mine' }).click();
    assert.equal(await page.getByLabel('Name').inputValue(), 'theirs');
    await world.host.call('ModifySystemSettings', { SystemSettings: textWith(settings) });
  });

  test('settings: what is typed while a save is under way is kept, and is no change of somebody else', async () => {
    await world.go(page, 'machines', id('db'), 'settings');
    const [name, notes] = [page.getByLabel('Name', { exact: true }), page.getByLabel('Notes')];
    const [save, discard] = ['Save', 'Discard'].map((text) => page.getByRole('button', { name: text, exact: true }));
    assert.ok(save !== undefined && discard !== undefined);
    const answered = Promise.withResolvers<void>();
    await page.route('**/settings', async (route) => {
      if (route.request().method() === 'PATCH') await answered.promise;
      await route.continue();
    });
    await notes.fill('sent');
    const asked = page.waitForRequest((request) => request.method() === 'PATCH');
    await save.click();
    await asked;
    await name.fill('db-1');
    await notes.fill('sent, and more');
    assert.equal(await discard.isDisabled(), true);
    answered.resolve();
    await world.host.until('it is saved', () => discard.isEnabled());
    assert.deepEqual([await name.inputValue(), await notes.inputValue()], ['db-1', 'sent, and more']);
    assert.equal(await page.getByText('Somebody has changed the settings meanwhile').count(), 0);
    const stored = (await world.host.settings(id('db'))).properties;
    assert.deepEqual([stored['ElementName'], stored['Notes']], ['db', 'sent']);
    await page.unroute('**/settings');
    await save.click();
    await world.host.until('the rest is stored', async () => {
      const { properties } = await world.host.settings(id('db'));
      return properties['ElementName'] === 'db-1' && properties['Notes'] === 'sent, and more';
    });
    await name.fill('db');
    await save.click();
    await page.getByRole('heading', { level: 1, name: 'db', exact: true }).waitFor();
  });

  test('the focus stays in the page when what had it goes: the button of an empty list, the row of what was deleted', async () => {
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.id');
    const short = await world.host.define({ ElementName: 'short-of-all' });
    await world.go(page, 'machines', short, 'networks');
    await page.getByRole('button', { name: 'Add adapter' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
    await page.getByText('MAC', { exact: true }).waitFor();
    await world.host.until('the focus is in the content', async () => (await focused()) === 'main');
    await world.go(page, 'machines');
    await row('short-of-all').getByRole('button', { name: 'Actions for short-of-all' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).focus();
    await page.keyboard.press('Enter');
    await row('short-of-all').waitFor({ state: 'detached' });
    await world.host.until('the focus is in the content', async () => (await focused()) === 'main');
  });

  test('a page that does not come says so in words, and is there when it is asked for again', async () => {
    const before = world.wrong.length;
    const fresh = await world.enter();
    await fresh.route('**/assets/host-*.js', (route) => route.abort());
    await world.go(fresh, 'host');
    await fresh.getByText('This page of the console did not come').waitFor();
    await fresh.getByRole('heading', { level: 1, name: 'This page cannot be shown' }).waitFor();
    assert.deepEqual(await world.violations(fresh), []);
    await fresh.unroute('**/assets/host-*.js');
    await fresh.getByRole('button', { name: 'Try again' }).click();
    await fresh.getByText('since the service started').waitFor();
    // The browser's own words for the file that we kept from it.
    for (const text of world.wrong.splice(before)) assert.match(text, /dynamically imported module/);
    await fresh.close();
  });

  test('a start that fails is told with its reason', async () => {
    const name = 'broken';
    ids.set(name, await world.host.nano(name));
    await rm((await world.host.file('broken.img')).linux);
    await world.go(page, 'machines', id(name));
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page
      .getByRole('region', { name: 'Messages' })
      .getByText(/Start “broken” failed/)
      .waitFor();
    const toast = await page.locator('.toast.bad').last().innerText();
    assert.equal(toast.split('could not be powered on').length, 2, `each cause once: ${toast}`);
    assert.doesNotMatch(toast, /Virtual machine ID/);
    await world.go(page, 'jobs');
    const told = page
      .locator('.job')
      .filter({ has: page.locator('.note.bad') })
      .first();
    await told.waitFor();
    const reason = await told.locator('.note.bad').innerText();
    assert.match(reason, /^'broken' failed to start\.\n/);
    assert.equal(reason.split('could not be powered on').length, 2, `each cause once: ${reason}`);
    await world.picture(page, 'jobs');
    await page.locator('.toast.bad').getByRole('button', { name: 'Close' }).click();
    await page.locator('.toast').first().waitFor({ state: 'detached' });
  });

  test('a new machine by the wizard', async () => {
    await world.go(page, 'create');
    const next = page.getByRole('button', { name: 'Next' });
    assert.equal(await next.isDisabled(), true, 'no name yet');
    await page.getByLabel('Name').fill('made-here');
    await world.picture(page, 'create');
    // The keyboard goes on at the begin of each step, and a reader is told which it is.
    const onward = async (step: string): Promise<void> => {
      await next.click();
      await page.getByRole('heading', { level: 2, name: step }).waitFor();
      assert.equal(await page.evaluate<string>('document.activeElement.textContent'), step);
      assert.deepEqual(await world.violations(page, 'main'), []);
    };
    await onward('Processor and memory');
    await page.getByLabel('Virtual processors').fill('3');
    await onward('Disk');
    await page.getByLabel('File', { exact: true }).fill(String.raw`C:\vm\made-here.vhdx`);
    await page.getByLabel('Size').fill('3');
    await onward('Network');
    await page.getByLabel('Secure Boot').uncheck();
    await onward('Summary');
    await page.getByText('made-here.vhdx · 3 GB').waitFor();
    await page
      .locator('dt')
      .filter({ hasText: 'Secure Boot' })
      .locator('xpath=following-sibling::dd[1]')
      .getByText('no')
      .waitFor();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'made-here' }).waitFor();
    const { id: made } = await world.host.machines.find('made-here');
    await world.go(page, 'machines', made, 'disks');
    await page.getByText('VHDX · dynamic · 3 GB').waitFor();
    await world.host.machines.delete(made);
  });

  test('a new machine that is refused after its disk was made is made of it when that is put right', async () => {
    await world.go(page, 'machines');
    await world.go(page, 'create');
    const next = page.getByRole('button', { name: 'Next' });
    const iso = page.getByLabel('DVD image to install from', { exact: true });
    await page.getByLabel('Name').fill('second-try');
    await next.click();
    await next.click();
    await page.getByLabel('File', { exact: true }).fill(String.raw`C:\vm\second-try.vhdx`);
    await iso.fill(String.raw`C:\vm\no-such.iso`);
    for (let step = 0; step < 2; step++) await next.click();
    await page.getByRole('button', { name: 'Create' }).click();
    await page
      .getByRole('alert')
      .getByText(/no-such\.iso/)
      .waitFor();
    for (let step = 0; step < 2; step++) await page.getByRole('button', { name: 'Back' }).click();
    await iso.fill('');
    for (let step = 0; step < 2; step++) await next.click();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'second-try' }).waitFor();
    await world.host.machines.delete((await world.host.machines.find('second-try')).id);
  });

  test('import: a definition is found in the allowed folders, what stands in the way is put right, the machine is made', async () => {
    const name = 'moved';
    const original = await world.host.nano(name);
    const wanted = {
      directory: String.raw`C:\vm`,
      checkpoints: 'all',
      disks: true,
      savedState: true,
      subdirectory: true,
    };
    await new Rest(world.host.service).post(204, `/vms/${original}/export`, wanted);
    await world.host.machines.delete(original);
    await world.go(page, 'imports');
    await page.getByRole('button', { name: 'Definition file: Browse' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'C:' }).click();
    for (const step of ['vm', name, 'Virtual Machines'])
      await dialog.getByRole('button', { name: step, exact: true }).click();
    const definition = dialog.getByRole('button', { name: /\.vmcx/ });
    await definition.waitFor();
    await world.picture(page, 'import-browse');
    await definition.click();
    await page.getByRole('button', { name: 'Read and plan' }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('button', { name: /^Findings \(/ }).waitFor();
    await world.picture(page, 'import-plan');
    assert.deepEqual(await world.violations(page), []);
    await page.getByRole('button', { name: 'Make the machine' }).click();
    await page.waitForURL(/#\/machines\//);
    await page.getByRole('heading', { level: 1, name }).waitFor();
    assert.equal((await world.host.machines.find(name)).id, original);
    await world.host.machines.delete(original);
  });

  test('the role viewer sees and is offered nothing that it may not', async () => {
    const eye = await world.enter({}, 'eye', VIEWER);
    await eye.getByRole('link', { name: 'db', exact: true }).waitFor();
    assert.equal(await eye.getByRole('link', { name: 'Create' }).count(), 0);
    await world.go(eye, 'machines', id('db'), 'settings');
    await eye.getByText('may look but not change').waitFor();
    assert.equal(await eye.getByRole('button', { name: 'Save' }).count(), 0);
    await world.go(eye, 'create');
    await eye.getByText('needs the role administrator').waitFor();
    await eye.close();
  });

  test('no violation of WCAG AA on any page, light and dark; none is wider than a phone', async () => {
    await world.host.change(id('web-01'), START);
    const found: string[] = [];
    for (const dark of [false, true]) {
      const look = await world.enter({ dark });
      const places = [...PAGES.map((name) => [name]), ...TABS.map((tab) => ['machines', id('web-01'), tab])];
      for (const parts of places) {
        await world.go(look, ...parts);
        await look.locator('main h1').waitFor();
        await look.locator('main .skeleton').first().waitFor({ state: 'detached' });
        // What is not a matter of colours is the same.
        for (const violation of await world.violations(look, 'html', dark ? ['color-contrast'] : null))
          found.push(`${parts.at(-1)} ${dark ? 'dark' : 'light'}: ${violation}`);
        await world.picture(look, `${parts.at(-1)}${dark ? '-dark' : ''}`);
        if (dark) continue;
        await look.setViewportSize({ width: 360, height: 740 });
        // Charts are drawn anew a moment after the page has its new width.
        await world.host
          .until('it fits', () => look.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'), 60_000)
          .catch(() => found.push(`${parts.at(-1)} is wider than a phone`));
        await look.setViewportSize({ width: 1280, height: 800 });
      }
      await look.close();
    }
    assert.deepEqual(found, []);
  });

  test('a phone: the navigation opens, and closes on the next page', async () => {
    const phone = await world.enter({ width: 360, height: 740 });
    await world.go(phone, 'machines');
    await phone.getByRole('link', { name: 'db', exact: true }).waitFor();
    await world.picture(phone, 'machines-phone');
    await phone.getByRole('button', { name: 'Navigation' }).click();
    await phone.getByRole('link', { name: 'Host' }).click();
    await phone.waitForURL(/#\/host$/);
    await phone.locator('nav.side.open').waitFor({ state: 'detached' });
    await phone.close();
  });

  test('German', async () => {
    const german = await world.enter({ language: 'de-DE' });
    await german.getByRole('heading', { level: 1, name: 'Maschinen' }).waitFor();
    await german.getByRole('link', { name: 'web-01', exact: true }).waitFor();
    assert.equal(await german.evaluate<string>('document.documentElement.lang'), 'de');
    await world.picture(german, 'machines-german');
    await german.close();
  });

  test('German on a phone, dark: every page fits, and no violation of WCAG AA', async () => {
    const phone = await world.enter({ language: 'de-DE', width: 360, height: 740, dark: true });
    const found: string[] = [];
    for (const parts of [...PAGES.map((name) => [name]), ...TABS.map((tab) => ['machines', id('web-01'), tab])]) {
      const name = parts.at(-1) ?? '';
      await world.go(phone, ...parts);
      await phone.locator('main h1').waitFor();
      await phone.locator('main .skeleton').first().waitFor({ state: 'detached' });
      const over = await phone.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      if (over > 0) found.push(`${name} is ${over} pixels too wide`);
      const seen =
        "[...document.querySelectorAll('.tabs [aria-current]')].every((tab) => { const { left, right } = tab.getBoundingClientRect(); return left >= 0 && right <= innerWidth; })";
      if (!(await phone.evaluate<boolean>(seen))) found.push(`the tab ${name} is out of sight`);
      for (const violation of await world.violations(phone)) found.push(`${name}: ${violation}`);
      await world.picture(phone, `${name}-german-phone`);
    }
    assert.deepEqual(found, []);
    await phone.close();
  });

  test('signing out ends it, here and at the service', async () => {
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('no page did what it must not', () => world.assertClean());
});

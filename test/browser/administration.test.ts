import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { Rest } from '../rest/kit.ts';
import { ConsoleHost } from './kit.ts';

const START = 2;
const PASSWORD = 'Oper4tor-Passw0rd';

describe('switches, accounts, jobs, the host, theme and language in the browser', () => {
  let world: ConsoleHost;
  let rest: Rest;
  let page: Page;
  let vm = '';
  let measured = '';
  before(async () => {
    world = await ConsoleHost.open('simulated');
    rest = new Rest(world.host.service);
    vm = (await rest.post(201, '/vms', { name: 'web', nics: [{ switchId: null }] })).body.id;
    await world.host.change(vm, START);
    page = await world.enter();
  });
  after(() => world[Symbol.asyncDispose]());

  const row = (name: string, on = page): Locator =>
    on.getByRole('row').filter({ has: on.getByRole('rowheader', { name }) });
  const choose = async (of: string, item: string): Promise<void> => {
    await page.getByRole('button', { name: `Actions for ${of}`, exact: true }).click();
    await page.getByRole('menuitem', { name: item, exact: true }).click();
  };

  test('a switch: made, changed, whose adapters it has, deleted; that of somebody else is seen', async () => {
    const found = async (name: string) =>
      (await rest.expect(200, '/switches')).body.items.find((each: { name: string }) => each.name === name);
    await world.go(page, 'switches');
    await page.getByRole('button', { name: 'New switch' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('lab');
    await dialog.getByLabel('Notes').fill('no way out');
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await dialog.getByRole('button', { name: 'Add' }).click();
    await row('lab').getByText('Private').waitFor();
    await dialog.waitFor({ state: 'detached' });
    await rest.post(201, '/switches', { name: 'theirs', kind: 'internal' });
    await row('theirs').getByText('Internal').waitFor();

    await choose('lab', 'Change');
    await dialog.getByLabel('Name').fill('lab-2');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await row('lab-2').waitFor();
    const { id, notes } = await found('lab-2');
    assert.equal(notes, 'no way out');

    const [nic] = (await rest.expect(200, `/vms/${vm}/devices`)).body.nics;
    await rest.expect(200, `/vms/${vm}/nics/${encodeURIComponent(nic.id)}`, {
      method: 'PATCH',
      body: { switchId: id },
    });
    await row('lab-2').getByRole('link', { name: 'web' }).waitFor();
    await row('lab-2').getByRole('cell', { name: '1', exact: true }).waitFor();
    await world.picture(page, 'switch-list');

    await choose('lab-2', 'Delete');
    await dialog.getByText('lose their connection').waitFor();
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await row('lab-2').waitFor({ state: 'detached' });
    assert.equal(await found('lab-2'), undefined);
    await world.go(page, 'machines', vm, 'networks');
    await page
      .getByRole('combobox')
      .locator('option:checked')
      .getByText('no longer there')
      .waitFor({ state: 'attached' });
  });

  test('an account: made, its role changed, its session ended, deleted', async () => {
    await world.go(page, 'users');
    await page.getByRole('button', { name: 'New account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('op');
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await dialog.getByLabel('Operator').check();
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await dialog.getByRole('button', { name: 'Add' }).click();
    const accounts = page.locator('.card').filter({ has: page.getByRole('heading', { name: 'Accounts' }) });
    const sessions = page.locator('.card').filter({ has: page.getByRole('heading', { name: 'Sessions' }) });
    const account = accounts.getByRole('row').filter({ hasText: 'op' });
    await account.getByText('Operator').waitFor();
    await choose('op', 'Change');
    await dialog.getByLabel('Viewer').check();
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await account.getByText('Viewer').waitFor();
    assert.equal(
      (await rest.expect(200, '/users')).body.items.find(({ name }: { name: string }) => name === 'op').role,
      'viewer',
    );

    await sessions.getByText('this one').waitFor();
    const other = await world.enter({}, 'op', PASSWORD);
    // What is seen here has no events: a page that is opened again asks again.
    const asked = page.waitForRequest('**/api/v1/sessions');
    await world.go(page, 'switches');
    await row('theirs').waitFor();
    await world.go(page, 'users');
    await asked;
    await sessions.getByRole('row').filter({ hasText: 'op' }).waitFor();
    await sessions.getByRole('button', { name: /^End the session of op/ }).click();
    await sessions.getByRole('row').filter({ hasText: 'op' }).waitFor({ state: 'detached' });
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.close();

    await choose('op', 'Delete');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await account.waitFor({ state: 'detached' });
    assert.equal((await rest.expect(200, '/users')).body.items.length, 1);
  });

  test('a job: how far it is, and its end by hand', async () => {
    const { linux, windows } = await world.host.file('large.raw');
    writeFileSync(linux, '');
    const piece = randomBytes(64 << 20);
    for (let n = 0; n < 8; n += 1) appendFileSync(linux, piece);
    await world.go(page, 'jobs');
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
    const jobs = page.locator('.job').filter({ hasText: 'Convert a disk' });
    // One that has ended before anybody could click is begun again.
    for (let n = 0; (await jobs.filter({ hasText: 'Cancelled' }).count()) === 0; n += 1) {
      assert.ok(n < 10, 'never cancelled');
      const to = join(world.host.service.dataDirectory, 'drives/c/vm', `${n}.vhdx`);
      await rest.expect(202, '/images/convert', {
        method: 'POST',
        body: { path: windows, to },
        headers: { prefer: 'respond-async' },
      });
      const job = jobs.first();
      await job.locator('.meter').or(job.getByText('Done')).first().waitFor();
      const shown = await job
        .getByRole('progressbar')
        .getAttribute('aria-valuenow', { timeout: 500 })
        .catch(() => null);
      if (shown !== null) assert.ok(Number(shown) >= 0 && Number(shown) <= 100, shown);
      const clicked = await job
        .getByRole('button', { name: 'Cancel' })
        .click({ timeout: 2_000 })
        .then(
          () => true,
          () => false,
        );
      if (clicked)
        await job
          .getByText(/Cancelled|Done/)
          .first()
          .waitFor();
    }
    assert.ok(
      (await rest.expect(200, '/jobs?state=ended')).body.items.some(
        ({ state }: { state: string }) => state === 'terminated',
      ),
    );
    assert.deepEqual(await world.violations(page), []);
  });

  test('the host: what the service tells of it', async () => {
    const { body: host } = await rest.expect(200, '/host');
    await world.go(page, 'host');
    await page.getByRole('heading', { level: 1, name: host.name }).waitFor();
    await page.getByText(host.acceleratorReason, { exact: true }).waitFor();
    const fact = (name: string): Promise<string> =>
      page.locator('dt').filter({ hasText: name }).locator('xpath=following-sibling::dd[1]').innerText();
    assert.equal(await fact('vsms'), host.version);
    assert.equal(await fact('Hypervisor'), `${host.hypervisor} ${host.hypervisorVersion}`);
    assert.equal(
      await fact('Processor'),
      `${host.processorName} · ${host.processors} logical processor${host.processors === 1 ? '' : 's'}`,
    );
    await page.getByText(`${host.vms.running} / ${host.vms.total}`).waitFor();
  });

  test('the folders of what is new: what cannot be one is told at its field, what others set is not lost', async () => {
    const before = (await rest.expect(200, '/host/settings')).body.folders;
    const disks = join(world.host.service.dataDirectory, 'drives/c/vm/new disks');
    mkdirSync(disks, { recursive: true });
    writeFileSync(join(disks, 'a.txt'), 'x');
    for (const each of Object.values(before)) mkdirSync(String(each), { recursive: true });
    await world.go(page, 'host');
    const card = page.locator('.card').filter({ has: page.getByRole('heading', { name: 'Default folders' }) });
    const field = card.getByLabel('Folder of disks', { exact: true });
    const save = card.getByRole('button', { name: 'Save' });
    await card
      .getByText(/^[\d.,]+ [KMGTP]?B free$/)
      .first()
      .waitFor();
    assert.equal(await field.inputValue(), before.disks);
    assert.ok(await save.isDisabled());
    for (const [wrong, words] of [
      ['/etc', /outside of the folders/],
      [join(disks, 'a.txt'), /it is a file, and a folder is meant/],
      [join(disks, 'none'), /does not exist/],
    ] as const) {
      await field.fill(wrong);
      await save.click();
      await card.getByRole('alert').filter({ hasText: words }).waitFor();
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
    }
    assert.deepEqual(await world.violations(page), []);
    await world.picture(page, 'host-folders-refused');
    assert.deepEqual((await rest.expect(200, '/host/settings')).body.folders, before);
    // Another page is not gone to without a question.
    await page.getByRole('link', { name: 'Jobs' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();

    // Found by the keyboard, folder by folder.
    await card.getByRole('button', { name: 'Discard' }).click();
    assert.equal(await field.inputValue(), before.disks);
    await field.fill(disks);
    await rest.expect(200, '/host/settings', { method: 'PATCH', body: { folders: { vms: disks } } });
    await save.click();
    await card.getByRole('alert').filter({ hasText: 'It has changed meanwhile' }).waitFor();
    await world.host.until('what the other one set', async () => {
      return (await card.getByLabel('Folder of machines', { exact: true }).inputValue()) === disks;
    });
    await world.host.until('it can be saved again', () => save.isEnabled());
    await save.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Saved', { exact: true }).first().waitFor();
    assert.deepEqual((await rest.expect(200, '/host/settings')).body.folders, { vms: disks, disks });
    await world.go(page, 'create');
    await world.go(page, 'host');
    assert.equal(await field.inputValue(), disks);
    const phone = await world.enter({ width: 390, height: 844, language: 'de' });
    await world.go(phone, 'host');
    await phone.getByRole('heading', { name: 'Standardordner' }).scrollIntoViewIfNeeded();
    assert.ok(await phone.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'));
    await world.picture(phone, 'host-folders-phone');
    await phone.close();
    await rest.expect(200, '/host/settings', { method: 'PATCH', body: { folders: before } });
  });

  test('a disk image: looked at with its chain, converted, compacted, connected again, merged; not under a machine that runs', async () => {
    const folder = join(world.host.service.dataDirectory, 'drives/c/vm/tools');
    const file = (name: string): string => join(folder, name);
    const image = async (name: string) =>
      (await rest.expect(200, `/images?path=${encodeURIComponent(file(name))}`)).body;
    mkdirSync(folder);
    writeFileSync(file('guest.raw'), randomBytes(4 << 20));
    await rest.post(201, '/images/convert', { path: file('guest.raw'), to: file('base.vhdx') });
    await rest.post(201, '/images', { path: file('top.vhdx'), type: 'differencing', parentPath: file('base.vhdx') });
    await world.go(page, 'files', folder);
    const dialog = page.getByRole('dialog').last();
    const open = (name: string) => page.getByRole('button', { name: `Inspect and edit ${name}`, exact: true }).click();
    const tool = (name: string) => dialog.getByRole('button', { name, exact: true }).click();
    const closed = async (count: number): Promise<void> =>
      world.host.until(`${count} dialogs`, async () => (await page.getByRole('dialog').count()) === count);
    const told = (text: string) => page.locator('.toast').filter({ hasText: text }).first().waitFor();
    const close = async (): Promise<void> => {
      await dialog.getByRole('button', { name: 'Close' }).click();
      await closed(0);
    };

    await open('top.vhdx');
    await dialog.getByText('differencing', { exact: true }).waitFor();
    await dialog.locator('.chain li').nth(1).getByText('VHDX · dynamic · 4 MB').waitFor();
    assert.deepEqual(await world.violations(page, 'dialog'), []);
    await world.picture(page, 'disk-inspect');
    await tool('Convert');
    await dialog.getByLabel('Format').selectOption('vhd');
    await dialog.getByLabel('Type').selectOption('fixed');
    assert.equal(await dialog.getByLabel('New file', { exact: true }).inputValue(), file('top.vhd'));
    assert.deepEqual(await world.violations(page, 'dialog[open]:last-of-type'), []);
    await world.picture(page, 'disk-convert');
    await dialog.getByRole('button', { name: 'Convert' }).click();
    await told('top.vhd is written');
    await closed(1);
    const { format, type, parentPath } = await image('top.vhd');
    assert.deepEqual([format, type, parentPath], ['vhd', 'fixed', null]);
    // The name is taken now; the reason stands in the dialog.
    await tool('Convert');
    await dialog.getByLabel('Format').selectOption('vhd');
    await dialog.getByRole('button', { name: 'Convert' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'is there already' }).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await closed(1);
    await tool('Compact');
    await dialog.getByRole('button', { name: 'Compact' }).click();
    await told('The disk is compacted');
    await closed(1);

    // Its parent is elsewhere.
    renameSync(file('base.vhdx'), file('moved.vhdx'));
    await tool('Check');
    await dialog.getByRole('button', { name: 'Check' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'base.vhdx' }).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await closed(1);
    await tool('Reconnect');
    await dialog.getByLabel('Parent', { exact: true }).fill(file('moved.vhdx'));
    assert.deepEqual(await world.violations(page, 'dialog[open]:last-of-type'), []);
    await dialog.getByRole('button', { name: 'Reconnect' }).click();
    await told('The disk has its parent again');
    await closed(1);
    await dialog.locator('.chain li').nth(1).getByText('moved.vhdx').waitFor();
    await close();

    const { body: user } = await rest.post(201, '/vms', { name: 'writes it', disks: [{ path: file('top.vhdx') }] });
    await rest.post(200, `/vms/${user.id}/start`);
    await open('top.vhdx');
    await dialog.getByText('A running machine has this disk').waitFor();
    await tool('Merge');
    await dialog.getByRole('button', { name: 'Merge' }).click();
    await dialog.getByRole('alert').filter({ hasText: "in use by 'writes it'" }).waitFor();
    await world.picture(page, 'disk-merge-refused');
    await rest.post(200, `/vms/${user.id}/stop`);
    await rest.expect(204, `/vms/${user.id}`, { method: 'DELETE' });
    // By the keyboard, and with the file both dialogs go.
    await dialog.getByRole('button', { name: 'Merge' }).focus();
    await page.keyboard.press('Enter');
    await told('Merged into moved.vhdx');
    await closed(0);
    await row('top.vhdx').waitFor({ state: 'detached' });
    assert.equal((await image('moved.vhdx')).parentPath, null);

    const phone = await world.enter({ width: 390, height: 844, language: 'de' });
    await world.go(phone, 'files', folder);
    await phone.getByRole('button', { name: 'moved.vhdx ansehen und bearbeiten' }).click();
    await phone.getByRole('dialog').getByText('dynamisch', { exact: true }).waitFor();
    assert.ok(await phone.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'));
    assert.deepEqual(await world.violations(phone, 'dialog'), []);
    await world.picture(phone, 'disk-inspect-phone');
    await phone.close();
  });

  test('the conversion of a disk: how far it is stands in its dialog, and its end by hand', async () => {
    const { linux } = await world.host.file('large.raw');
    await world.go(page, 'files', dirname(linux));
    await page.getByRole('button', { name: 'Inspect and edit large.raw', exact: true }).click();
    const dialog = page.getByRole('dialog').last();
    let cancelled = false;
    // One that has ended before anybody could click is begun again.
    for (let n = 0; !cancelled; n += 1) {
      assert.ok(n < 10, 'never cancelled');
      await dialog.getByRole('button', { name: 'Convert', exact: true }).click();
      await dialog.getByLabel('New file', { exact: true }).fill(join(dirname(linux), `tools-${n}.vhdx`));
      await dialog.getByRole('button', { name: 'Convert', exact: true }).click();
      const done = page.locator('.toast').filter({ hasText: `tools-${n}.vhdx is written` });
      await dialog.getByRole('progressbar').or(done).first().waitFor();
      const clicked = await dialog
        .getByRole('button', { name: 'Cancel the job' })
        .click({ timeout: 2_000 })
        .then(
          () => true,
          () => false,
        );
      const refused = dialog.getByRole('alert').filter({ hasText: 'Convert a disk' });
      await refused.or(done).first().waitFor();
      cancelled = clicked && (await refused.count()) > 0;
    }
    await world.picture(page, 'disk-convert-cancelled');
    assert.ok(
      (await rest.expect(200, '/jobs?state=ended')).body.items.some(
        ({ state }: { state: string }) => state === 'terminated',
      ),
    );
    await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
    await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  });

  test('theme and language by the menu of the account; both stay', async () => {
    const background = (): Promise<string> => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const pick = async (menu: string, item: string): Promise<void> => {
      await page.getByRole('button', { name: menu }).click();
      await page.getByRole('menuitemradio', { name: item, exact: true }).click();
    };
    const light = await background();
    await pick('Account', 'Dark');
    assert.notEqual(await background(), light);
    const dark = await background();
    await page.getByRole('button', { name: 'Account' }).click();
    assert.equal(
      await page.getByRole('menuitemradio', { name: 'Dark', exact: true }).getAttribute('aria-checked'),
      'true',
    );
    assert.deepEqual(await world.violations(page, '.top'), []);
    await page.keyboard.press('End');
    await page.keyboard.press('Escape');
    await pick('Account', 'Deutsch');
    await page.getByRole('link', { name: 'Maschinen' }).waitFor();
    assert.equal(await background(), dark, 'also after the page was loaded again');
    await pick('Konto', 'English');
    await page.getByRole('link', { name: 'Machines' }).first().waitFor();
    await pick('Account', 'Theme of the system');
    assert.equal(await background(), light);
  });

  test('machines by their screens', async () => {
    await world.go(page, 'machines');
    await page.getByRole('button', { name: 'Screens' }).click();
    const picture = page.locator('.tiles img');
    await picture.waitFor();
    assert.equal(await picture.getAttribute('alt'), 'Screen of web');
    await world.host.until('it is drawn', () =>
      page.evaluate<boolean>(`document.querySelector('.tiles img')?.naturalWidth === 320`),
    );
    assert.deepEqual(await world.violations(page), []);
    await world.picture(page, 'tiles');
    await page.getByRole('button', { name: 'Screens' }).click();
    await row('web').waitFor();
  });

  test('the saved state of a machine is deleted by that name, from its tile, in German', async () => {
    const { body: made } = await rest.post(201, '/vms', { name: 'asleep' });
    await rest.post(200, `/vms/${made.id}/start`);
    await rest.post(200, `/vms/${made.id}/save`);
    const german = await world.enter({ language: 'de-DE' });
    await german.getByRole('button', { name: 'Bildschirme' }).click();
    const tile = german
      .locator('.tiles > li')
      .filter({ has: german.getByRole('link', { name: 'asleep', exact: true }) });
    await tile.getByText('Gespeichert').waitFor();
    await tile.getByRole('button', { name: 'Aktionen für asleep' }).click();
    assert.equal(await german.getByRole('menuitem', { name: 'Ausschalten' }).count(), 0, 'it is off');
    await german.getByRole('menuitem', { name: 'Gespeicherten Zustand löschen' }).click();
    const dialog = german.getByRole('dialog', { name: 'Gespeicherten Zustand löschen: 1 Maschine' });
    await dialog.getByText('Was er nicht auf den Datenträger geschrieben hat, geht verloren').waitFor();
    assert.equal(await dialog.getByRole('listitem').innerText(), 'asleep');
    assert.deepEqual(await world.violations(german, 'dialog'), []);
    await world.picture(german, 'tiles-german');
    await dialog.getByRole('button', { name: 'Gespeicherten Zustand löschen' }).click();
    await tile.getByText('Aus', { exact: true }).waitFor();
    assert.equal((await rest.expect(200, `/vms/${made.id}?fields=state`)).body.state, 'off');
    await german.close();
    await world.host.machines.delete(made.id);
  });

  test('charts show what the metrics say', async () => {
    const metric = async (name: string): Promise<number> => {
      const line = (await rest.expect(200, '//metrics')).text
        .split('\n')
        .find((each) => each.startsWith(`${name}{`) && each.includes(vm));
      return Number(line?.split(' ').at(-1));
    };
    const chart = async (title: string): Promise<string> =>
      (await page.getByRole('img', { name: new RegExp(`^${title}: `) }).getAttribute('aria-label')) ?? '';
    await world.go(page, 'machines', vm);
    await page.getByRole('img', { name: /^Memory: \d/ }).waitFor();
    await world.host.until('the load of the metrics', async () => {
      const percent = Math.round((await metric('vsms_vm_cpu_ratio')) * 100);
      return (await chart('CPU')) === `CPU: ${percent} %`;
    });
    await world.host.until('the memory of the metrics', async () => {
      const mb = (await metric('vsms_vm_memory_usage_bytes')) / 2 ** 20;
      const text = mb < 1024 ? `${mb} MB` : `${mb / 1024} GB`;
      return (await chart('Memory')) === `Memory: ${text}`;
    });
  });

  test('charts of disks and networks show how fast the counters of the metrics grow, also to a page that was in the background', async () => {
    const { body: lab } = await rest.post(201, '/switches', { name: 'measured' });
    const disks = ['one', 'two'].map((name) => ({ path: `C:\\vm\\${name}.vhdx` }));
    await world.host.file('one.vhdx');
    for (const { path } of disks) await rest.post(201, '/images', { path, sizeBytes: 8 << 20 });
    const made = (await rest.post(201, '/vms', { name: 'measured', disks, nics: [{ switchId: lab.id }] })).body;
    measured = made.id;
    await rest.post(200, `/vms/${measured}/start`);
    const fresh = await world.enter();
    // A browser wakes a page in the background seldom: by then it has heard of several looks.
    await fresh.addInitScript(`{
      const soon = setTimeout;
      globalThis.setTimeout = (run, delay, ...rest) => soon(run, delay === 150 ? 7_000 : delay, ...rest);
    }`);
    await fresh.reload();
    await fresh.locator('main h1').waitFor();
    for (const look of [page, fresh]) await world.go(look, 'machines', measured);
    /** Bytes that each way has taken since the machine was started, by the metrics, and when. */
    const counters = async () => {
      const at = performance.now();
      const { text } = await rest.expect(200, '//metrics');
      const lines = text.split('\n').filter((line) => line.includes(measured));
      const sums = ['disk_read', 'disk_written', 'network_received', 'network_sent'].map((name) =>
        lines
          .filter((line) => line.startsWith(`vsms_vm_${name}_bytes_total{`))
          .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
      );
      return { at: (at + performance.now()) / 2, sums };
    };
    const begin = await counters();
    for (const look of [page, fresh])
      await world.host.until('the rates of the metrics', async () => {
        const now = await counters();
        const [read, written, received, sent] = now.sums.map((sum, n) =>
          Math.round((((sum - (begin.sums[n] ?? 0)) / (now.at - begin.at)) * 1000) / 1024),
        );
        assert.ok(sent !== undefined);
        const told = await look
          .getByRole('img', { name: /^(?:Disks|Networks): / })
          .evaluateAll((all) => all.map((chart) => (chart as unknown as { ariaLabel: string }).ariaLabel));
        return (
          told.join() ===
          `Disks: Read ${read} KB/s, Written ${written} KB/s,Networks: Received ${received} KB/s, Sent ${sent} KB/s`
        );
      });
    await fresh.close();
  });

  test('the addresses that a guest says it has, in all and of each adapter; none when it is off', async () => {
    const query = 'SELECT IPAddresses FROM Msvm_GuestNetworkAdapterConfiguration';
    const [{ properties }] = (await rest.post(200, '/cim/query', { query })).body.items.filter(
      ({ properties: { IPAddresses } }: { properties: { IPAddresses: string[] } }) => IPAddresses.length > 0,
    );
    const [address = assert.fail('an address')] = properties.IPAddresses;
    await world.go(page, 'machines', measured);
    await page.getByText(address, { exact: true }).waitFor();
    await world.go(page, 'machines', measured, 'networks');
    await page.getByText(address, { exact: true }).waitFor();
    await rest.post(200, `/vms/${measured}/stop`);
    await world.go(page, 'machines', measured);
    await page.getByText('IP addresses').waitFor();
    await page.getByText(address, { exact: true }).waitFor({ state: 'detached' });
    await world.host.machines.delete(measured);
  });

  test('no page did what it must not', () => world.assertClean());
});

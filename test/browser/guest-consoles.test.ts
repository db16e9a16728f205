import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { ConsoleHost } from './kit.ts';

const START = 2;

/** Pixels of the screen's canvas that are not black. */
const lit = (page: Page): Promise<number> =>
  page.evaluate<number>(`(() => {
    const canvas = document.querySelector('.vnc canvas');
    if (canvas === null || canvas.width === 0) return -1;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] + data[i + 2] > 60) count++;
    return count;
  })()`);

const inTerminal = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(`document.activeElement.closest('.term') !== null`);

describe('consoles of a real guest in the browser', () => {
  let world: ConsoleHost;
  let page: Page;
  let id = '';
  before(async () => {
    world = await ConsoleHost.open('qemu');
    id = await world.host.nano('guest');
    page = await world.enter();
  });
  after(() => world[Symbol.asyncDispose]());

  const said = (): Promise<string> => page.locator('.xterm-accessibility-tree, .xterm-rows').first().innerText();

  test('a machine that is off says so and can be started from its screen; then the screen is there', async () => {
    await world.go(page, 'machines', id, 'screen');
    await page.getByText('The machine is not on').waitFor();
    await page.locator('.screen').getByRole('button', { name: 'Start' }).click();
    await page.locator('.vnc[data-phase=live] canvas').waitFor();
    await world.host.until('something is drawn', async () => (await lit(page)) > 100);
    await world.picture(page, 'guest-screen');
  });

  test('the serial port: the guest answers what is typed', async () => {
    await world.go(page, 'machines', id, 'serial');
    await page.locator('.term[data-phase=live]').waitFor();
    await world.host.until('the guest answers', async () => {
      await page.keyboard.type('i');
      return /INFO ticks=\d+/.test(await said());
    });
    await world.picture(page, 'guest-serial');
  });

  test('Ctrl+Alt+Left leaves the terminal, which takes every other key', async () => {
    assert.ok(await inTerminal(page));
    await page.keyboard.press('Tab');
    assert.ok(await inTerminal(page), 'Tab is for the guest');
    await page.keyboard.press('Control+Alt+ArrowLeft');
    assert.equal(await inTerminal(page), false);
  });

  test('keys that a desktop keeps for itself reach the guest: Ctrl+Alt+Del boots it anew', async () => {
    await world.go(page, 'machines', id, 'screen');
    await page.locator('.vnc[data-phase=live]').waitFor();
    using line = await world.host.serial('guest');
    const [, before] = await line.ask('i', /INFO ticks=(\d+)/);
    await world.host.until('time has passed in the guest', async () => {
      const [, now] = await line.ask('i', /INFO ticks=(\d+)/);
      return Number(now) > Number(before) + 20;
    });
    await page.getByRole('button', { name: 'Ctrl+Alt+Del' }).click();
    await line.expect(/READY/);
    await page.keyboard.press('Control+Alt+ArrowLeft');
    assert.equal(await page.evaluate<string>(`document.activeElement.tagName`), 'BUTTON');
  });

  test('on a phone the whole width of the screen is there', async () => {
    const phone = await world.enter({ width: 360, height: 740, dark: true });
    await world.go(phone, 'machines', id, 'screen');
    await phone.locator('.vnc[data-phase=live] canvas').waitFor();
    await world.host.until('the picture fits', async () => {
      const [frame, canvas] = await Promise.all(
        ['.vnc', '.vnc canvas'].map((what) => phone.locator(what).boundingBox()),
      );
      if (frame == null || canvas == null || canvas.width < 100) return false;
      return canvas.x >= frame.x - 1 && canvas.x + canvas.width <= frame.x + frame.width + 1;
    });
    assert.deepEqual(await world.violations(phone), []);
    await phone.context().close();
  });

  test('the screen comes back by itself when the machine does', async () => {
    await world.host.change(id, 3);
    await page.getByText('The machine is not on').waitFor();
    await world.host.change(id, START);
    await page.locator('.vnc[data-phase=live] canvas').waitFor();
    await world.host.until('something is drawn', async () => (await lit(page)) > 100);
  });

  test('no page did what it must not', () => world.assertClean());
});

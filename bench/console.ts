import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { Service } from '../test/kit/service.ts';
import { header, report, spread, withinLimit } from './kit/figures.ts';
import { populate, Wire } from './kit/wire.ts';

const MACHINES = 1000;
const ROUNDS = 7;

/** Milliseconds from the begin of a navigation until the first machines of the list are on the screen. */
const PAINTED = `
  const look = () => {
    if (document.querySelector('tbody th[scope=row]') === null) requestAnimationFrame(look);
    else requestAnimationFrame(() => setTimeout(() => { globalThis.paintedAt = performance.now(); }));
  };
  requestAnimationFrame(look);
`;

/** First meaningful paint of the web console with many machines, in Debian's chromium, cold and with its cache. */
export async function webConsole(): Promise<void> {
  header(`Web console, ${MACHINES} machines`);
  execFileSync(join(import.meta.dirname, '../script/console'), { stdio: 'ignore' });
  await using service = await Service.start({ hypervisor: 'simulated' });
  const wire = new Wire(service.endpoints.http, service.password, 16);
  await populate(wire, 'console', 0, MACHINES);
  wire.close();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const enter = async (): Promise<BrowserContext> => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      await context.request.post(`${service.endpoints.http}/api/v1/session`, {
        data: { user: 'admin', password: service.password },
      });
      await context.addInitScript(PAINTED);
      return context;
    };
    const paint = async (context: BrowserContext): Promise<number> => {
      const page = await context.newPage();
      await page.goto(`${service.endpoints.http}/`);
      await page.waitForFunction(() => 'paintedAt' in globalThis);
      const ms = await page.evaluate<number>('globalThis.paintedAt');
      await page.close();
      return ms;
    };
    const cold: number[] = [];
    const cached: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const context = await enter();
      cold.push(await paint(context));
      cached.push(await paint(context));
      await context.close();
    }
    report(
      withinLimit({ what: 'first machines on the screen, first visit', unit: 'ms', ours: spread(cold), limit: 1000 }),
    );
    report(withinLimit({ what: 'the same, files in the cache', unit: 'ms', ours: spread(cached), limit: 1000 }));
  } finally {
    await browser.close();
  }
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type HypervisorName, WireHost } from '../kit/wire-host.ts';

const ROOT = join(import.meta.dirname, '../..');
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Under load a page of the console takes its time; nothing here measures any. */
const PATIENCE_MS = 120_000;

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly language?: string;
  /** Shares nothing with other pages: the end of one that shows a screen of a guest is not theirs. */
  readonly apart?: boolean;
}

/** The service as a user runs it, with its console in Debian's chromium. */
export class ConsoleHost implements AsyncDisposable {
  readonly host: WireHost;
  readonly #browser: Browser;
  /** What no page may do: errors of scripts, refusals of the policy, dialogs that a hostile name opened. */
  readonly wrong: string[] = [];
  readonly #pictures = new Set<string>();
  /** Of who is signed in, by user and language: pages of one share the session and what the browser has loaded and compiled. */
  readonly #signedIn = new Map<string, BrowserContext>();

  private constructor(host: WireHost, browser: Browser) {
    this.host = host;
    this.#browser = browser;
  }

  static async open(hypervisor: HypervisorName): Promise<ConsoleHost> {
    execFileSync(join(ROOT, 'script/console'), { stdio: 'ignore' });
    const host = await WireHost.open(hypervisor);
    // No sandbox of its own: tests run as root, in containers, and open pages of ours only.
    const args = ['--no-sandbox', '--disable-dev-shm-usage'];
    return new ConsoleHost(host, await chromium.launch({ executablePath: '/usr/bin/chromium', args }));
  }

  /** A page of a new visitor. */
  async visit(look: Look = {}): Promise<Page> {
    return this.#page(await this.#context(look), look);
  }

  async #context({ language = 'en' }: Look): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ locale: language, reducedMotion: 'reduce' });
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  }

  async #page(context: BrowserContext, { width = 1280, height = 800, dark = false }: Look): Promise<Page> {
    const page = await context.newPage();
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
    page.on('pageerror', ({ message }) => this.wrong.push(`script: ${message}`));
    page.on('console', (message) => {
      const text = message.text();
      if (/Content Security Policy|TrustedHTML|React|TypeError/i.test(text)) this.wrong.push(`console: ${text}`);
    });
    page.on('dialog', (dialog) => {
      this.wrong.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(`${this.host.service.endpoints.http}/`);
    return page;
  }

  /** The same, signed in; whoever was before is still, with what was chosen in its browser. */
  async enter(look: Look = {}, user = 'admin', password = this.host.service.password): Promise<Page> {
    const key = `${user} ${look.language ?? 'en'}`;
    const known = look.apart === true ? undefined : this.#signedIn.get(key);
    const context = known ?? (await this.#context(look));
    if (look.apart !== true) this.#signedIn.set(key, context);
    const page = await this.#page(context, look);
    const [inside, name] = [page.locator('nav').first(), page.locator('input[name=user]')];
    await inside.or(name).first().waitFor({ state: 'attached' });
    if ((await inside.count()) > 0) return page;
    await name.fill(user);
    await page.locator('input[name=password]').fill(password);
    await page.locator('button[type=submit]').click();
    await inside.waitFor({ state: 'attached' });
    return page;
  }

  async go(page: Page, ...parts: readonly string[]): Promise<void> {
    const hash = `#/${parts.map(encodeURIComponent).join('/')}`;
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  }

  /** Violations of WCAG 2.2 AA, by axe; `within`: of this part of the page only, which is much less to look at. */
  async violations(page: Page, within = 'html', rules: readonly string[] | null = null): Promise<readonly string[]> {
    // By the debugger: the page's own policy takes no script from elsewhere.
    if (await page.evaluate<boolean>('globalThis.axe === undefined')) await page.evaluate(readFileSync(AXE, 'utf8'));
    return page.evaluate(
      async ([place, only]) => {
        const { axe } = globalThis as unknown as {
          axe: {
            run(where: string, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
          };
        };
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        const runOnly = only === null ? { type: 'tag', values: tags } : { type: 'rule', values: only };
        // Of what fits, nothing is shown.
        const { violations } = await axe.run(place, { runOnly, resultTypes: ['violations'] });
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
      },
      [within, rules] as const,
    );
  }

  /** A picture of the page: into VSMS_SCREENSHOTS when it is set (docs/console is made so). The first one of a name stays. */
  async picture(page: Page, name: string): Promise<void> {
    const folder = process.env['VSMS_SCREENSHOTS'];
    if (folder === undefined || this.#pictures.has(name)) return;
    this.#pictures.add(name);
    await mkdir(folder, { recursive: true });
    // Good news lies over the page for a moment.
    await page.locator('.toast.ok').first().waitFor({ state: 'detached' });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.host[Symbol.asyncDispose]();
  }

  /** Nothing went wrong on any page. */
  assertClean(): void {
    assert.deepEqual(this.wrong, []);
  }
}

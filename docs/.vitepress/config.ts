import { defineConfig } from 'vitepress';

/** Pages of the site that stand for files outside of docs/. */
const OUTSIDE: Readonly<Record<string, string>> = { '../CHANGELOG.md': './changelog.md' };

/** A link as the site knows it; pages that include a file of the root have its links, which begin with docs/. */
const onSite = (href: string): string => OUTSIDE[href] ?? href.replace(/^docs\//, './');

export default defineConfig({
  title: 'vsms',
  description: 'An open Virtual System Management Service: the API of Hyper-V on Linux, with QEMU/KVM',
  lang: 'en',
  rewrites: { 'README.md': 'index.md' },
  markdown: {
    config: (md) => {
      md.core.ruler.push('outside', ({ tokens }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? []))
          if (token.type === 'link_open') token.attrSet('href', onSite(token.attrGet('href') ?? ''));
      });
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      {
        text: 'Begin',
        items: [
          { text: 'Five-minute tour', link: '/tour' },
          { text: 'Moving from Hyper-V', link: '/moving-from-hyper-v' },
          { text: 'The same thing elsewhere', link: '/commands-elsewhere' },
          { text: 'The simulator in CI', link: '/simulator' },
        ],
      },
      {
        text: 'Use',
        items: [
          { text: 'Command line', link: '/cli' },
          { text: 'Machines as files', link: '/machines-as-files' },
          { text: 'Web console', link: '/console/README' },
          { text: 'Networks', link: '/networks' },
          { text: 'Checkpoints and their files', link: '/checkpoints' },
          { text: 'Forks', link: '/forks' },
        ],
      },
      {
        text: 'Program',
        items: [
          { text: 'WS-Management and CIM-XML', link: '/clients' },
          { text: 'REST', link: '/rest' },
          { text: 'Planned systems', link: '/planned-systems' },
          { text: 'Return values and faults', link: '/return-values' },
          { text: 'Errors of REST', link: '/errors/README' },
          { text: 'Reference', link: '/reference/README' },
          { text: 'Parity with Hyper-V', link: '/parity' },
        ],
      },
      {
        text: 'Run',
        items: [
          { text: 'Packages', link: '/packages' },
          { text: 'Configuration', link: '/configuration' },
          { text: 'Security', link: '/security' },
          { text: 'Backup and upgrade', link: '/backup-and-upgrade' },
          { text: 'Performance', link: '/performance' },
        ],
      },
      {
        text: 'Inside',
        items: [
          { text: 'Architecture', link: '/architecture' },
          { text: 'Decisions', link: '/decisions/README' },
          { text: 'Changes', link: '/changelog' },
        ],
      },
    ],
  },
});

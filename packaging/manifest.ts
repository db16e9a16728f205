import { readFileSync } from 'node:fs';

/** Prints the package.json of a package, `npm` or `deb`, from that of the checkout. */
const source = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Record<string, unknown>;
const { name, version, description, license, type, dependencies, optionalDependencies } = source;
const shared = { name, version, description, license, type, dependencies };

const manifests: Readonly<Record<string, unknown>> = {
  deb: { ...shared, private: true },
  npm: {
    ...shared,
    optionalDependencies,
    // bin/vsms.cjs runs the Node of the optional dependency where npm's own is too old.
    engines: { node: '>=18' },
    bin: { vsms: 'bin/vsms.cjs' },
    exports: {
      './client': { types: './src/client/index.d.ts', default: './src/client/index.js' },
      './package.json': './package.json',
    },
    files: ['bin', 'src', 'console', 'LICENSE', 'README.md', 'CHANGELOG.md'],
    keywords: ['hyper-v', 'wmi', 'cim', 'winrm', 'qemu', 'kvm'],
  },
};

const [, , which = ''] = process.argv;
const manifest = manifests[which];
if (manifest === undefined) throw new Error('usage: manifest.ts npm|deb');
console.log(JSON.stringify(manifest, null, 2));

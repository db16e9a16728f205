import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Makes of the compiled command line, src/cli in TREE, few files in OUT that start at once: what it always needs is in one,
 * what a command needs comes when it runs. What the service is made of stays where it is and is not loaded by most.
 */
const { TREE: tree, OUT: out } = process.env;
const inside = /^(src\/(cli|client|xml)\/|src\/daemon\/config\/(places|config-error)\.|src\/core\/terminal-text\.|\.\.\/.*\/commander\/)/;

/**
 * commander loads these for what we have no use for, or seldom: 10 ms of 60. The last two are always there; as the bundler
 * would have it, each of their members is copied.
 */
const builtins = {
  'node:child_process':
    "export default { spawn: (...given) => process.getBuiltinModule('node:child_process').spawn(...given) };",
  'node:process': 'export default globalThis.process;',
  'node:util':
    "export const stripVTControlCharacters = (text) => process.getBuiltinModule('node:util').stripVTControlCharacters(text);",
  'node:fs': "export default process.getBuiltinModule('node:fs');",
  'node:path': "export default process.getBuiltinModule('node:path');",
};
const isLater = (id, from) => id in builtins && from?.includes('/commander/') === true;
const later = {
  name: 'builtins-later',
  resolveId: (id, from) => (isLater(id, from) ? `\0${id}` : null),
  load: (id) => builtins[id.slice(1)],
};

export default {
  cwd: tree,
  input: `${tree}/src/cli/main.js`,
  platform: 'node',
  plugins: [later],
  resolve: { modules: [fileURLToPath(new URL('../node_modules', import.meta.url))] },
  external: (id, from) => {
    // Asked before a plugin is.
    if (id === 'commander' || id.startsWith('\0') || isLater(id, from)) return false;
    if (!/^[./]/.test(id)) return true;
    return !inside.test(relative(tree, resolve(dirname(from ?? tree), id)));
  },
  // Where it was made is nobody's matter.
  experimental: { attachDebugInfo: 'none' },
  output: {
    dir: out,
    format: 'cjs',
    entryFileNames: 'main.cjs',
    chunkFileNames: '[name].cjs',
    // Half of the text; each start reads it.
    comments: false,
    // A file takes half a millisecond to find and open. With each of these comes what it imports.
    codeSplitting: {
      groups: [
        { name: 'main', test: /src\/cli\/(main|print\/print-list)\.js$/, priority: 2 },
        { name: 'rest', test: /src\/client\/rest\/host\.js$/, priority: 1 },
      ],
    },
  },
};

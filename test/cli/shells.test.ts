import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { local, vsms } from './kit.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

/** Types into a program on a terminal of its own: each line when the prompt is there again. Ends with the program. */
const TYPIST = `
import os, pty, select, sys, time
prompt, lines, command = b'READY>', sys.argv[1].split('\\x1f'), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0: os.execvp(command[0], command)
seen, until = b'', time.time() + 60
while time.time() < until:
    if not select.select([terminal], [], [], 1)[0]: continue
    try: told = os.read(terminal, 65536)
    except OSError: break
    if not told: break
    sys.stdout.buffer.write(told)
    seen += told
    if prompt in seen and lines:
        seen = b''
        os.write(terminal, lines.pop(0).encode())
else:
    os.kill(pid, 9)
    sys.exit('the shell did not end')
`;

describe('completion in real shells: what Tab makes of a line is what the command gets', () => {
  let service: Service;
  let home: string;
  /** A name that somebody else gave, which a shell must not run. */
  const hostile = 'evil$(touch ran)`touch ran`;touch ran';
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    home = await mkdtemp(join(tmpdir(), 'vsms-shell-'));
    assert.equal((await vsms(local(service), 'vm', 'create', 'my web')).code, 0);
    assert.equal((await vsms(local(service), 'vm', 'create', 'other')).code, 0);
    assert.equal((await vsms(local(service), 'vm', 'create', 'x:yz')).code, 0);
    assert.equal((await vsms(local(service), 'vm', 'create', hostile)).code, 0);
    // What the shell asks goes to us; what is called in the end is written down.
    const program = join(home, 'vsms');
    await writeFile(
      program,
      `#!/bin/sh\n[ "$1" != __complete ] || exec '${process.execPath}' '${MAIN}' "$@"\nprintf '<%s>' "$@" >> '${home}/called'\n`,
    );
    await chmod(program, 0o755);
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout } = await vsms({}, 'completion', shell);
      await writeFile(join(home, `completion.${shell}`), stdout);
    }
    await writeFile(join(home, 'bashrc'), `PS1='READY> '\n. '${home}/completion.bash'\n`);
    await writeFile(
      join(home, '.zshrc'),
      `PROMPT='READY> '\nautoload -Uz compinit\ncompinit -u -D\n. '${home}/completion.zsh'\n`,
    );
    await writeFile(
      join(home, 'start.fish'),
      `function fish_prompt; echo 'READY> '; end\nset -g fish_greeting\n. '${home}/completion.fish'\n`,
    );
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  const type = async (command: readonly string[], line: string): Promise<string> => {
    await writeFile(join(home, 'called'), '');
    const child = spawn('python3', ['-c', TYPIST, [`${line}\r`, 'exit\r'].join('\x1f'), ...command], {
      env: {
        ...local(service),
        PATH: `${home}:${process.env['PATH'] ?? ''}`,
        HOME: home,
        ZDOTDIR: home,
        XDG_CONFIG_HOME: home,
        XDG_DATA_HOME: home,
        TERM: 'xterm',
        LANG: 'C.UTF-8',
      },
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 0, told);
    const called = await readFile(join(home, 'called'), 'utf8');
    assert.notEqual(called, '', told);
    return called;
  };

  const SHELLS: Readonly<Record<string, () => readonly string[]>> = {
    bash: () => ['bash', '--rcfile', join(home, 'bashrc'), '-i'],
    zsh: () => ['zsh', '-i'],
    fish: () => ['fish', '-i', '--init-command', `source ${join(home, 'start.fish')}`],
  };
  for (const [shell, command] of Object.entries(SHELLS))
    test(shell, async () => {
      assert.equal(await type(command(), 'vsms checkp\tli\tmy\t'), '<checkpoint><list><my web>');
      assert.equal(await type(command(), 'vsms vm start oth\t'), '<vm><start><other>');
      assert.equal(await type(command(), 'vsms vm set oth\t--mem\t512'), '<vm><set><other><--memory><512>');
      assert.equal(await type(command(), 'vsms vm show --output=js\toth\t'), '<vm><show><--output=json><other>');
      assert.equal(await type(command(), 'vsms vm start x:y\t'), '<vm><start><x:yz>');
      assert.equal(await type(command(), 'vsms vm start ev\t'), `<vm><start><${hostile}>`);
      assert.equal(existsSync(join(home, 'ran')), false, 'a name was run');
    });
});

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { loadConfig } from '../../src/daemon/config/config.ts';
import { ConfigError } from '../../src/daemon/config/config-error.ts';

const directory = mkdtempSync(join(tmpdir(), 'vsms-config-'));
after(() => rmSync(directory, { recursive: true }));

const file = join(directory, 'vsms.toml');
mkdirSync(join(directory, 'conf.d'));
writeFileSync(file, 'http_port = 1\nlisten = "0.0.0.0"\n[paths.drives]\nC = "/srv/c"\n');
writeFileSync(join(directory, 'conf.d/20-b.toml'), 'http_port = 3\n[paths.drives]\nD = "/srv/d"\n');
writeFileSync(join(directory, 'conf.d/10-a.toml'), 'http_port = 2\nhttps_port = 22\n');
writeFileSync(join(directory, 'conf.d/ignored.txt'), 'http_port = 99');

describe('configuration', () => {
  test('defaults are safe: loopback, Basic unencrypted from loopback only', () => {
    const config = loadConfig({
      environment: { HOME: '/home/x' },
      file: join(directory, 'none/vsms.toml'),
      root: false,
    });
    assert.equal(config.listen, '127.0.0.1');
    assert.equal(config.allow_unencrypted, 'loopback');
    assert.equal(config.hypervisor, 'qemu');
    assert.equal(config.data_dir, '/home/x/.local/state/vsms');
    assert.equal(loadConfig({ environment: {}, file: '/none/vsms.toml', root: true }).data_dir, '/var/lib/vsms');
  });

  test('ports of CIM-XML: the usual ones, any free ones where the other listeners have such, or what is given', () => {
    const ports = (environment: Readonly<Record<string, string>>): readonly number[] => {
      const { cimxml_port, cimxmls_port } = loadConfig({ environment, file: '/none/vsms.toml', root: true });
      return [cimxml_port, cimxmls_port];
    };
    assert.deepEqual(ports({}), [5988, 5989]);
    assert.deepEqual(ports({ VSMS_HTTP_PORT: '80' }), [5988, 5989]);
    assert.deepEqual(ports({ VSMS_HTTP_PORT: '0', VSMS_HTTPS_PORT: '0' }), [0, 0]);
    assert.deepEqual(ports({ VSMS_HTTP_PORT: '0', VSMS_CIMXML_PORT: '7', VSMS_CIMXMLS_PORT: '8' }), [7, 8]);
    assert.deepEqual(ports({ VSMS_CIMXML_PORT: '0', VSMS_CIMXMLS_PORT: '0' }), [0, 0]);
    assert.throws(() => ports({ VSMS_CIMXML_PORT: '65536' }), ConfigError);
  });

  test('file, then conf.d in order, then environment, then flags; tables are merged', () => {
    const base = { file, root: true };
    const fromFiles = loadConfig({ ...base, environment: {} });
    assert.deepEqual([fromFiles.http_port, fromFiles.https_port, fromFiles.listen], [3, 22, '0.0.0.0']);
    assert.deepEqual(fromFiles.paths.drives, { C: '/srv/c', D: '/srv/d' });
    assert.equal(loadConfig({ ...base, environment: { VSMS_HTTP_PORT: '4' } }).http_port, 4);
    assert.equal(loadConfig({ ...base, environment: { VSMS_HTTP_PORT: '4' }, flags: { http_port: '5' } }).http_port, 5);
    assert.equal(loadConfig({ ...base, environment: { VSMS_PATHS_STYLE: 'windows' } }).paths.style, 'windows');
  });

  test('a setting that cannot be used is named with its origin', () => {
    const bad: [Record<string, string>, Record<string, string> | undefined, RegExp][] = [
      [{ VSMS_HTTP_PORT: '70000' }, undefined, /http_port \(from the environment\)/],
      [{ VSMS_HYPERVISOR: 'xen' }, undefined, /hypervisor \(from the environment\)/],
      [{ VSMS_LISTEN: 'everywhere' }, undefined, /listen/],
      [{ VSMS_EVENT_SINKS: '10.0.0.0/33' }, undefined, /event_sinks/],
      [{ VSMS_EVENT_SINKS: 'everywhere' }, undefined, /event_sinks/],
      [{ VSMS_DATA_DIR: 'relative/dir' }, undefined, /data_dir.*absolute/],
      [{}, { allow_unencrypted: 'sometimes' }, /allow_unencrypted \(from the command line\)/],
    ];
    for (const [environment, flags, expected] of bad) {
      const sources = { environment, file, root: true, ...(flags === undefined ? {} : { flags }) };
      assert.throws(
        () => loadConfig(sources),
        (error) => error instanceof ConfigError && expected.test(error.message),
      );
    }
  });

  test('a misspelt setting and a broken file are errors, not ignored', () => {
    const other = join(directory, 'other.toml');
    writeFileSync(other, 'htp_port = 1\n');
    assert.throws(() => loadConfig({ environment: {}, file: other, root: true }), /htp_port/);
    writeFileSync(other, 'http_port = = 1\n');
    assert.throws(() => loadConfig({ environment: { VSMS_CONFIG: other }, root: true }), ConfigError);
  });
});

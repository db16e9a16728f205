import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as settled } from 'node:timers/promises';
import { DriveSpace, type Space } from '../../src/msvm/cimv2/drive-space.ts';

test('the room of a drive is looked at once a second, never waited for, and one look at a time', async () => {
  let now = 0;
  const looks: { found: (space: Space) => void; failed: (error: Error) => void }[] = [];
  const look = (): Promise<Space> => new Promise((found, failed) => looks.push({ found, failed }));
  const drive = new DriveSpace(look, () => now);
  assert.equal(drive.get(), null, 'not known yet');
  now = 60_000;
  assert.equal(drive.get(), null);
  assert.equal(looks.length, 1, 'the first has not answered');
  looks[0]?.found({ size: 10n, free: 4n });
  await settled();
  assert.deepEqual(drive.get(), { size: 10n, free: 4n });
  assert.equal(looks.length, 1, 'within the second');
  now = 61_000;
  assert.deepEqual(drive.get(), { size: 10n, free: 4n }, 'the last known, while it is looked at anew');
  assert.equal(looks.length, 2);
  looks[1]?.failed(new Error('gone'));
  await settled();
  assert.equal(drive.get(), null, 'a drive that is gone has no room');
});

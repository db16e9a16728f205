import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { textKeys } from '../../../src/msvm/v2/methods/key-codes.ts';
import { scancodeKeys } from '../../../src/msvm/v2/methods/scancodes.ts';

const spell = (keys: readonly { keyCode: number; action: string }[] | undefined): string[] | undefined =>
  keys?.map((key) => `${key.action === 'press' ? '+' : '-'}${key.keyCode.toString(16)}`);

describe('text to keys of a US keyboard (other-services §6, TypeText)', () => {
  test('lower case needs no Shift, upper case and symbols are wrapped in Shift', () => {
    assert.deepEqual(spell(textKeys('aA!')), ['+41', '-41', '+10', '+41', '-41', '-10', '+10', '+31', '-31', '-10']);
  });

  test('CR LF is one Enter', () => {
    assert.deepEqual(spell(textKeys('\r\n')), ['+d', '-d']);
  });

  test('every printable ASCII character has a key, nothing beyond has', () => {
    for (let code = 0x20; code < 0x7f; code += 1) {
      assert.notEqual(textKeys(String.fromCharCode(code)), undefined, String.fromCharCode(code));
    }
    for (const text of ['\u0000', '\u007f', 'é', '日', '😀']) assert.equal(textKeys(text), undefined);
  });

  test('whatever is pressed is released, in the reverse order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        const down: number[] = [];
        for (const key of textKeys(text) ?? []) {
          if (key.action === 'press') down.push(key.keyCode);
          else assert.equal(down.pop(), key.keyCode);
        }
        assert.deepEqual(down, []);
      }),
    );
  });
});

describe('scan code set 1 to keys (other-services §6, TypeScancodes)', () => {
  test('make and break of letters, digits and function keys', () => {
    assert.deepEqual(spell(scancodeKeys([0x1e, 0x9e])), ['+41', '-41']);
    assert.deepEqual(spell(scancodeKeys([0x0b, 0x8b])), ['+30', '-30']);
    assert.deepEqual(spell(scancodeKeys([0x3b, 0x44, 0x57, 0x58])), ['+70', '+79', '+7a', '+7b']);
    assert.deepEqual(spell(scancodeKeys([0x1c, 0x39, 0x01, 0x0e, 0x0f])), ['+d', '+20', '+1b', '+8', '+9']);
  });

  test('modifiers left and right', () => {
    assert.deepEqual(spell(scancodeKeys([0x2a, 0x36, 0x1d, 0x38, 0xe0, 0x1d, 0xe0, 0x38])), [
      '+a0',
      '+a1',
      '+a2',
      '+a4',
      '+a3',
      '+a5',
    ]);
  });

  test('the number pad and the grey keys are told apart', () => {
    assert.deepEqual(spell(scancodeKeys([0x53, 0x47, 0x52, 0x37, 0x4a, 0x4e])), [
      '+6e',
      '+67',
      '+60',
      '+6a',
      '+6d',
      '+6b',
    ]);
    assert.deepEqual(spell(scancodeKeys([0xe0, 0x53, 0xe0, 0xd3])), ['+2e', '-2e']);
  });

  test('shifts around grey keys are dropped, Pause is read', () => {
    assert.deepEqual(spell(scancodeKeys([0xe0, 0x2a, 0xe0, 0x52, 0xe0, 0xd2, 0xe0, 0xaa])), ['+2d', '-2d']);
    assert.deepEqual(spell(scancodeKeys([0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5])), ['+13', '-13']);
  });

  test('unknown bytes and cut sequences are refused, never misread', () => {
    for (const bytes of [[0x00], [0x7f], [0xe0], [0xe0, 0x00], [0xe1, 0x1d], [0xe1, 0x2d, 0x45], [0x1e, 0x55]]) {
      assert.equal(scancodeKeys(bytes), undefined, bytes.join());
    }
  });

  test('any bytes give keys or nothing, within 1 to 254', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 })), (bytes) => {
        for (const key of scancodeKeys(bytes) ?? []) assert.ok(key.keyCode >= 1 && key.keyCode <= 254);
      }),
    );
  });
});

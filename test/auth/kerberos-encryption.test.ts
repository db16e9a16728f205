import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decryptCts, encryptCts, ETYPE, KerberosKey, nFold } from '../../src/auth/kerberos/encryption.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('encryption of Kerberos', () => {
  test('n-fold (RFC 3961, A.1)', () => {
    for (const [text, length, folded] of [
      ['012345', 8, 'be072631276b1955'],
      ['password', 7, '78a07b6caf85fa'],
      ['Rough Consensus, and Running Code', 8, 'bb6ed30870b7f0e0'],
      ['password', 21, '59e4a8ca7c0385c3c37b3f6d2000247cb6e6bd5b3e'],
      ['MASSACHVSETTS INSTITVTE OF TECHNOLOGY', 24, 'db3b0d8f0b061e603282b308a50841229ad798fab9540c1b'],
      ['Q', 21, '518a54a2 15a8452a 518a54a2 15a8452a 518a54a2 15'],
      ['ba', 21, 'fb25d531 ae897449 9f52fd92 ea9857c4 ba24cf29 7e'],
      ['kerberos', 16, '6b657262 65726f73 7b9b5b2b 93132b93'],
    ] as const)
      assert.equal(nFold(Buffer.from(text), length).toString('hex'), folded.replaceAll(' ', ''), text);
  });

  test('CTS (RFC 3962, B)', () => {
    const key = hex('63686963 6b656e20 74657269 79616b69');
    const text = Buffer.from("I would like the General Gau's Chicken, please, and wonton soup.");
    for (const [length, sealed] of [
      [17, 'c6353568 f2bf8cb4 d8a58036 2da7ff7f 97'],
      [31, 'fc00783e 0efdb2c1 d445d4c8 eff7ed22 97687268 d6ecccc0 c07b25e2 5ecfe5'],
      [32, '39312523 a78662d5 be7fcbcc 98ebf5a8 97687268 d6ecccc0 c07b25e2 5ecfe584'],
      [47, '97687268 d6ecccc0 c07b25e2 5ecfe584 b3fffd94 0c16a18c 1b5549d2 f838029e 39312523 a78662d5 be7fcbcc 98ebf5'],
    ] as const) {
      assert.equal(encryptCts(key, text.subarray(0, length)).toString('hex'), sealed.replaceAll(' ', ''));
      assert.deepEqual(decryptCts(key, hex(sealed)), text.subarray(0, length));
    }
  });

  test('what is encrypted is decrypted, with this key and for this use alone, and not when a bit is changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(ETYPE.aes128, ETYPE.aes256),
        fc.uint8Array({ maxLength: 100 }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        (etype, message, usage, flip) => {
          const key = new KerberosKey(etype, Buffer.alloc(etype === ETYPE.aes128 ? 16 : 32, 7));
          const sealed = key.encrypt(usage, message);
          assert.equal(sealed.length, message.length + 28);
          assert.deepEqual(key.decrypt(usage, sealed), Buffer.from(message));
          assert.equal(key.decrypt(usage + 1, sealed), undefined);
          const bit = flip % (sealed.length * 8);
          const at = Math.floor(bit / 8);
          sealed[at] = (sealed[at] ?? 0) ^ (1 << (bit % 8));
          assert.equal(key.decrypt(usage, sealed), undefined);
          assert.equal(key.decrypt(usage, sealed.subarray(0, 27)), undefined);
        },
      ),
    );
  });

  test('a key of another type or length is none', () => {
    assert.throws(() => new KerberosKey(23, Buffer.alloc(16)), RangeError);
    assert.throws(() => new KerberosKey(ETYPE.aes256, Buffer.alloc(16)), RangeError);
  });
});

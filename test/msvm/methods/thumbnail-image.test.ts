import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { imageData } from '../../../src/msvm/v2/methods/thumbnail-image.ts';

const picture = (width: number, height: number, pixels: readonly (readonly [number, number, number])[]) => ({
  width,
  height,
  rgb: Uint8Array.from(pixels.flat()),
});

const toRgb565 = async (...picture: Parameters<typeof imageData>): Promise<Uint8Array> =>
  Uint8Array.from(await imageData(...picture));

const pixel = (image: Uint8Array, index: number): number =>
  (image[index * 2] ?? 0) | ((image[index * 2 + 1] ?? 0) << 8);

describe('GetVirtualSystemThumbnailImage picture', () => {
  test('RGB565 is little-endian: red, green, blue, white', async () => {
    const image = await toRgb565(
      picture(2, 2, [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [255, 255, 255],
      ]),
      2,
      2,
    );
    assert.deepEqual([...image], [0x00, 0xf8, 0xe0, 0x07, 0x1f, 0x00, 0xff, 0xff]);
  });

  test('shrinking averages what a pixel covers', async () => {
    const image = await toRgb565(
      picture(2, 1, [
        [0, 0, 0],
        [255, 255, 255],
      ]),
      1,
      1,
    );
    assert.equal(pixel(image, 0), (16 << 11) | (32 << 5) | 16);
  });

  test('enlarging repeats pixels and rows; row 0 stays on top', async () => {
    const image = await toRgb565(
      picture(1, 2, [
        [255, 0, 0],
        [0, 0, 255],
      ]),
      2,
      4,
    );
    assert.deepEqual(
      Array.from({ length: 8 }, (_, i) => pixel(image, i)),
      [0xf800, 0xf800, 0xf800, 0xf800, 0x1f, 0x1f, 0x1f, 0x1f],
    );
  });

  test('a picture without pixels is black', async () => {
    assert.deepEqual([...(await toRgb565(picture(0, 0, []), 2, 1))], [0, 0, 0, 0]);
  });

  test('the size is width x height x 2, and one colour stays that colour', async () => {
    const size = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(size, size, size, size, async (sourceWidth, sourceHeight, width, height) => {
        const source = {
          width: sourceWidth,
          height: sourceHeight,
          rgb: new Uint8Array(sourceWidth * sourceHeight * 3).fill(255),
        };
        const image = await toRgb565(source, width, height);
        assert.equal(image.length, width * height * 2);
        assert.ok(image.every((byte) => byte === 255));
      }),
    );
  });

  test('hardening: others are answered while a large picture is made', async () => {
    let turns = 0;
    let ended = false;
    const count = (): void => {
      turns++;
      if (!ended) setImmediate(count);
    };
    setImmediate(count);
    const image = await toRgb565(
      picture(2, 1, [
        [255, 0, 0],
        [0, 0, 255],
      ]),
      2048,
      2048,
    );
    ended = true;
    assert.equal(image.length, 2048 * 2048 * 2);
    assert.deepEqual([pixel(image, 0), pixel(image, 2048 * 2048 - 1)], [0xf800, 0x1f]);
    assert.ok(turns > 32, `${turns} turns`);
  });
});

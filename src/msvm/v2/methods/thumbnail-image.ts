import { setImmediate as nextTurn } from 'node:timers/promises';

/** A picture as the hypervisor gives it: RGB, 3 bytes a pixel, row 0 on top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Mean of one colour channel over the source rectangle that a target pixel covers. */
const mean = (picture: Picture, x0: number, x1: number, y0: number, y1: number, channel: number): number => {
  let sum = 0;
  for (let y = y0; y < y1; y += 1) {
    const row = y * picture.width * 3;
    for (let x = x0; x < x1; x += 1) sum += picture.rgb[row + x * 3 + channel] ?? 0;
  }
  return Math.round(sum / ((x1 - x0) * (y1 - y0)));
};

/** First and one-past-last source index covered by target index `i`: at least one, so that enlarging repeats pixels. */
const span = (i: number, target: number, source: number): readonly [number, number] => {
  const from = Math.floor((i * source) / target);
  return [from, Math.max(from + 1, Math.floor(((i + 1) * source) / target))];
};

/**
 * Scaled to `width` x `height` and packed as RGB565, little-endian, row 0 on top (management-service,
 * GetVirtualSystemThumbnailImage). Shrinking averages, enlarging repeats; the aspect ratio is the caller's, as on Hyper-V.
 * Each row is to be used before the next one is asked for.
 */
function* rgb565Rows(picture: Picture, width: number, height: number): Generator<Uint8Array> {
  const row = new Uint8Array(width * 2);
  const columns = Array.from({ length: width }, (_, x) => span(x, width, picture.width));
  let before = -1;
  for (let y = 0; y < height; y += 1) {
    const [y0, y1] = span(y, height, picture.height);
    // Enlarged rows repeat, so that the work is bounded by the source's rows; a picture without pixels is black.
    if (y0 !== before && picture.width > 0 && picture.height > 0) packRow(picture, columns, y0, y1, row);
    before = y0;
    yield row;
  }
}

/** Pixels that are made in one turn of the event loop. */
const PIXELS_IN_A_TURN = 65_536;

/** A picture as ImageData has it. Others are answered between one piece of a large picture and the next. */
export const imageData = async (picture: Picture, width: number, height: number): Promise<readonly number[]> => {
  const data = new Array<number>(width * height * 2);
  let at = 0;
  let turn = 0;
  for (const row of rgb565Rows(picture, width, height)) {
    for (const byte of row) data[at++] = byte;
    turn += width;
    if (turn < PIXELS_IN_A_TURN) continue;
    turn = 0;
    await nextTurn();
  }
  return data;
};

const packRow = (
  picture: Picture,
  columns: readonly (readonly [number, number])[],
  y0: number,
  y1: number,
  row: Uint8Array,
): void => {
  for (const [x, [x0, x1]] of columns.entries()) {
    const red = mean(picture, x0, x1, y0, y1, 0);
    const green = mean(picture, x0, x1, y0, y1, 1);
    const blue = mean(picture, x0, x1, y0, y1, 2);
    const pixel = ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3);
    row[x * 2] = pixel & 0xff;
    row[x * 2 + 1] = pixel >> 8;
  }
};

/** A picture as Machine.screenshot gives it. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Colour bars while the guest is up, one dim colour while it boots: enough to see that a thumbnail is of this machine. */
export const drawScreen = (width: number, height: number, up: boolean, seed: number): Picture => {
  const rgb = new Uint8Array(width * height * 3);
  const row = new Uint8Array(width * 3);
  for (let x = 0; x < width; x++) {
    const bar = up ? (Math.floor((x * 8) / width) + seed) % 8 : 0;
    row[x * 3] = bar & 4 ? 0xc0 : 0x10;
    row[x * 3 + 1] = bar & 2 ? 0xc0 : 0x10;
    row[x * 3 + 2] = bar & 1 ? 0xc0 : 0x10;
  }
  for (let y = 0; y < height; y++) rgb.set(row, y * width * 3);
  return { width, height, rgb };
};

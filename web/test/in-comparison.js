/**
 * The part of `baseline.ts` that needs a browser's canvas: pictures become small, stand side by
 * side, and are compared area by area.
 */
globalThis.looks = {
  /** All pictures side by side as one small WebP, in base64. */
  async reduce({ pictures, height, quality }) {
    const images = await Promise.all(pictures.map((picture) => this.image('png', picture)));
    const { canvas } = this.beside(images, height);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  },

  /** The share of changed areas of each picture against its place in the accepted ones. */
  async compare({ pictures, accepted, height, area, tolerance }) {
    const images = await Promise.all(pictures.map((picture) => this.image('png', picture)));
    const { canvas, context, places } = this.beside(images, height);
    const before = await this.image('webp', accepted);
    if (before.width !== canvas.width || before.height !== canvas.height)
      return images.map(() => 1);
    const old = new OffscreenCanvas(before.width, before.height).getContext('2d');
    old.drawImage(before, 0, 0);
    return places.map(({ left, width }) => {
      const now = this.means(context.getImageData(left, 0, width, height), area);
      const then = this.means(old.getImageData(left, 0, width, height), area);
      const changed = now.filter((mean, index) => {
        return mean.some((value, channel) => Math.abs(value - then[index][channel]) > tolerance);
      });
      return changed.length / now.length;
    });
  },

  async image(type, base64) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0));
    return createImageBitmap(new Blob([bytes], { type: `image/${type}` }));
  },

  beside(images, height) {
    const widths = images.map((image) => Math.round((image.width * height) / image.height));
    const canvas = new OffscreenCanvas(
      widths.reduce((sum, width) => sum + width, 0),
      height,
    );
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    let left = 0;
    const places = images.map((image, index) => {
      const place = { left, width: widths[index] };
      context.drawImage(image, left, 0, place.width, height);
      left += place.width;
      return place;
    });
    return { canvas, context, places };
  },

  /** The mean red, green and blue of each square of that side. */
  means({ data, width, height }, side) {
    const means = [];
    for (let top = 0; top < height; top += side) {
      for (let left = 0; left < width; left += side) {
        const sum = [0, 0, 0];
        let count = 0;
        for (let y = top; y < Math.min(top + side, height); y += 1) {
          for (let x = left; x < Math.min(left + side, width); x += 1) {
            for (const channel of [0, 1, 2]) sum[channel] += data[(y * width + x) * 4 + channel];
            count += 1;
          }
        }
        means.push(sum.map((value) => value / count));
      }
    }
    return means;
  },
};

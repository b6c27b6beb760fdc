/** Light and zoom of the camera, in Polish. */

/** The section `camera`. */
export const camera = {
  light: 'Latarka',
  zoom: 'Powiększenie',
  times: (times: string) => `${times} razy`,
};

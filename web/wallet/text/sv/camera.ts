/** Light and zoom of the camera, in Swedish. */

/** The section `camera`. */
export const camera = {
  light: 'Lampa',
  zoom: 'Zoom',
  times: (times: string) => `${times} gånger`,
};

/** Light and zoom of the camera, in English. */

/** The section `camera`. */
export const camera = {
  light: 'Light',
  zoom: 'Zoom',
  times: (times: string) => `${times} times`,
};

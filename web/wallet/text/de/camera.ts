/** Light and zoom of the camera, in German. */

/** The section `camera`. */
export const camera = {
  light: 'Licht',
  zoom: 'Zoom',
  times: (times: string) => `${times}-fach`,
};

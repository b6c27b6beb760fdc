/** The words of the panel's page before its script has run. */

/** Filled into `index.html` by the build. */
export const page = { title: 'Machines', noScript: 'This page needs JavaScript.' } as const;

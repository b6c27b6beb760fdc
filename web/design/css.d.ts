/** Styles are imported for their effect; Vite writes them into a file of their own. */
declare module '*.css';

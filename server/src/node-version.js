/**
 * Ends the program with one plain sentence on another Node than the one it is tested on. Imported
 * first by every program that can be started directly, and loaded before it by the npm scripts, in
 * plain JavaScript: where npm could not install the project's own Node, they run on the machine's,
 * which may not even read TypeScript.
 */

const REQUIRED_MAJOR = 26;

if (Number(process.versions.node.split('.')[0]) !== REQUIRED_MAJOR) {
  console.error(
    `Node ${REQUIRED_MAJOR} is needed and this is ${process.versions.node}: "npm ci" installs it ` +
      "beside the machine's own, unless npm was told to run no install scripts.",
  );
  process.exit(1);
}

/** The checkout's folder: `npm run bench` starts the bundled program there. */
export const projectRoot = process.cwd();

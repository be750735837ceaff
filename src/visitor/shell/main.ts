/** The shell's entry; see start-shell.ts. */
import { startShell } from './start-shell.ts';

startShell();

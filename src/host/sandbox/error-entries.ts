/** What the author reads about what went wrong in the site's code. */
import { describeProblem } from '../compile/compile-problem.ts';
import type { RuntimeMessage } from '../runtime/messages.ts';
import type { SiteLogEntry, SourcePlace } from '../site-log.ts';
import { placeText } from './error-page.ts';
import type { SandboxEnd } from './sandbox.ts';
import { seconds } from './sandbox.ts';
import type { Run } from './site-request.ts';
import type { SourcePlaces } from './source-places.ts';
import { authorsNames, undefinedNameHint } from './undefined-name.ts';

/** Name of the error that a file throws which could not be compiled. */
const COMPILE_ERROR = 'CompileError';

/** An entry that has not got its time yet. */
export type NewEntry = Omit<SiteLogEntry, 'at'>;

/**
 * An error that the runtime has told of.
 * @param request `GET /items`, where the error belongs to one
 */
export function errorEntry(
  message: Extract<RuntimeMessage, { kind: 'error' }>,
  places: SourcePlaces,
  request: string | undefined,
): NewEntry {
  const mapped = places.map(message.stack);
  // What is thrown between two of the handler's steps may have no frame of the site's.
  const begun = message.handler === undefined ? undefined : places.ofHandler(message.handler);
  const place = message.place ? places.withLineText(message.place) : (mapped.place ?? begun);
  const source = place && places.textOf(place.file);
  const hint = message.hint ?? undefinedNameHint(message.text, source);
  const named = authorsNames(message.text, source);
  return {
    level: 'error',
    source: 'handler',
    text: named(textOf(message, place)),
    ...(hint === undefined ? {} : { hint: named(hint) }),
    ...(place ? { place } : {}),
    // Of a file that could not be compiled it would show our own code only.
    ...(mapped.stack === '' || message.name === COMPILE_ERROR ? {} : { stack: mapped.stack }),
    ...(request === undefined ? {} : { request }),
  };
}

/** Whether a handler failed only because a file could not be compiled, of which the author knows since then. */
export function isCompileProblem(
  { name, text }: Extract<RuntimeMessage, { kind: 'error' }>,
  problems: readonly SiteLogEntry[],
): boolean {
  return name === COMPILE_ERROR && problems.some((problem) => describeProblem(problem) === text);
}

/** With the kind of error that engines and libraries know; ours say what they are. */
function textOf(
  { name, text }: Extract<RuntimeMessage, { kind: 'error' }>,
  place: SourcePlace | undefined,
): string {
  if (name === COMPILE_ERROR && place) return withoutPlace(text, place);
  const isPlain = name === 'Error' || name === 'SiteError' || text.startsWith(name);
  return isPlain ? text : `${name}: ${text}`;
}

/** The place stands beside the text. */
function withoutPlace(text: string, place: SourcePlace): string {
  const prefix = `${placeText(place)}: `;
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

/** A line of the author's own, `console.log` and its like, or one of ours about a handler. */
export function logEntry(
  message: Extract<RuntimeMessage, { kind: 'log' }>,
  places: SourcePlaces,
  request: string | undefined,
): NewEntry {
  const mapped = message.stack === undefined ? undefined : places.map(message.stack);
  const { handler } = message;
  const told = message.place ? places.withLineText(message.place) : mapped?.place;
  const logged = told ?? callPlace(message.from, places);
  const place = handler === undefined ? logged : places.ofHandler(handler);
  const source = place && places.textOf(place.file);
  // Only an error, or a trace, comes with a stack.
  const hint = message.hint ?? (mapped && undefinedNameHint(message.text, source));
  const named = mapped ? authorsNames(message.text, source) : (text: string) => text;
  return {
    level: message.level,
    source: handler === undefined ? 'console' : 'handler',
    text: named(message.text),
    ...(hint === undefined ? {} : { hint: named(hint) }),
    ...(place ? { place } : {}),
    ...(mapped && mapped.stack !== '' ? { stack: mapped.stack } : {}),
    ...(request === undefined ? {} : { request }),
  };
}

/** Where something was logged. Without the line's text, which would only repeat it. */
function callPlace(from: string | undefined, places: SourcePlaces): SourcePlace | undefined {
  const place = from === undefined ? undefined : places.map(from).place;
  if (!place) return undefined;
  const { lineText: _lineText, ...call } = place;
  return call;
}

/** No answer in time, though other things ran. */
export function overdueEntry(run: Run, request: string, timeoutMs: number): NewEntry {
  return {
    level: 'error',
    source: 'handler',
    text: `No answer after ${seconds(timeoutMs)}: the visitor was told so (504).`,
    hint: 'Something is waited for that does not come: look at what the handler awaits. "answerSeconds" in peerserver.json gives it more time.',
    place: { file: fileOf(run) },
    request,
  };
}

/**
 * A sandbox that ended by itself.
 * @param culprit the handler that ran last, which is probably the one
 */
export function endEntry(
  end: SandboxEnd,
  culprit: { readonly run: Run; readonly request: string } | undefined,
  places: SourcePlaces,
): NewEntry {
  const about = culprit ? { place: { file: fileOf(culprit.run) }, request: culprit.request } : {};
  switch (end.kind) {
    case 'blocked':
      return {
        level: 'error',
        source: 'sandbox',
        text: `${end.error.message} The site's code was stopped and is started again; what it kept in memory is gone.`,
        hint: 'Is there a loop without an end, or one over very much?',
        ...about,
      };
    case 'died':
      return {
        level: 'error',
        source: 'sandbox',
        text: `The site's code stopped (${end.error.message}) and is started again; what it kept in memory is gone.`,
        hint: 'Most likely it needed more memory than there is.',
        ...about,
      };
    case 'not-started': {
      const mapped = end.stack === undefined ? undefined : places.map(end.stack);
      return {
        level: 'error',
        source: 'sandbox',
        text: `The site's code cannot be started: ${end.error.message}`,
        ...(mapped?.place ? { place: mapped.place } : {}),
        ...(mapped && mapped.stack !== '' ? { stack: mapped.stack } : {}),
      };
    }
    case 'stopped':
      return { level: 'info', source: 'sandbox', text: "The site's code was stopped." };
  }
}

function fileOf(run: Run): string {
  return run.kind === 'route' ? run.file : 'server.ts';
}

/** From an engine's stack, in lines of the bundle, to places in the author's files. */
import { originalPositionFor, sourceContentFor, TraceMap } from '@jridgewell/trace-mapping';
import { SITE_SOURCE } from '../runtime/messages.ts';
import type { SourcePlace } from '../site-log.ts';

/** Frames that are looked at; engines give ten by default. */
const MAX_FRAMES = 50;
/** Longest line that is shown, in characters: minified code has only one. */
const MAX_LINE_TEXT = 300;

/** A stack as the author reads it. */
export interface MappedStack {
  /** The innermost place in one of the author's own files. */
  readonly place?: SourcePlace;
  /** A frame a line, `GET (routes/index.ts:3:9)`; only those in the author's own files. Empty when there is none. */
  readonly stack: string;
}

/** One frame of a stack, in the engine's own numbers: both from 1. */
export interface StackFrame {
  /** Empty when it has none. */
  readonly functionName: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** V8's: `    at async GET (peerserver-site:12:34)`, `    at peerserver-site:12:34`. */
const V8_FRAME = /^\s*at (?:(?:async )?(.*?) \()?([^()\s]*):(\d+):(\d+)\)?$/;
/** Firefox's: `GET@peerserver-site:12:34`, `async*run/<@…`. */
const FIREFOX_FRAME = /^(?:async\*)?([^@]*)@(.*):(\d+):(\d+)$/;

/** The frames of a stack of Chromium, Firefox or Node, innermost first; lines that are none are passed over. */
export function readStack(stack: string): readonly StackFrame[] {
  const frames: StackFrame[] = [];
  for (const line of stack.split('\n')) {
    const match = V8_FRAME.exec(line) ?? FIREFOX_FRAME.exec(line);
    if (!match) continue;
    const [, functionName = '', url = '', lineNumber, column] = match;
    frames.push({
      functionName: withoutMarks(functionName),
      url,
      line: Number(lineNumber),
      column: Number(column),
    });
    if (frames.length === MAX_FRAMES) break;
  }
  return frames;
}

/** Firefox marks functions in functions: `GET/rows<`. By hand: a pattern would look at each mark again and again. */
function withoutMarks(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '/' || name[end - 1] === '<')) end -= 1;
  return name.slice(0, end);
}

/** The bundler numbers functions of different files that have the same name. */
const NUMBERED_METHOD = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\d+$/;

/** Knows the places of one compiled site. */
export class SourcePlaces {
  readonly #sourceMap: string;
  /** Read when it is first needed: most sites run without an error. Null when it cannot be read. */
  #map: TraceMap | null | undefined;

  /** @param sourceMap version 3, JSON; sources are paths relative to the site's root */
  constructor(sourceMap: string) {
    this.#sourceMap = sourceMap;
  }

  /**
   * Maps what belongs to the site. The stack is hostile: what fits no place of the map is left out.
   * @param stack as an engine made it
   */
  map(stack: string): MappedStack {
    let place: SourcePlace | undefined;
    const lines: string[] = [];
    for (const frame of readStack(stack)) {
      const found = frame.url === SITE_SOURCE ? this.#find(frame) : undefined;
      // Frames of packages and of our entry are no places that the author can look at.
      if (!found || !isOwnFile(found.file)) continue;
      place ??= found;
      const where = `${found.file}:${found.line}:${found.column}`;
      const name = frame.functionName.replace(NUMBERED_METHOD, '$1');
      lines.push(name === '' ? where : `${name} (${where})`);
    }
    return { ...(place ? { place } : {}), stack: lines.join('\n') };
  }

  /** The text of a file as it was compiled, or undefined when it is not part of the site's code. */
  textOf(file: string): string | undefined {
    const map = this.#traceMap();
    return (map && sourceContentFor(map, file)) ?? undefined;
  }

  /**
   * Where a handler is declared, as far as its file's text shows that.
   * @param handler as the runtime names it: `routes/items/[id].ts GET`
   */
  ofHandler(handler: string): SourcePlace | undefined {
    const [, file = '', method = ''] = /^(\S.*) ([A-Z]+)$/.exec(handler) ?? [];
    const text = this.textOf(file);
    if (text === undefined) return undefined;
    const lines = text.split('\n');
    // Last a method in small letters, which is the mistake itself.
    const found = [method, 'default', method.toLowerCase()]
      .map((name) => lines.findIndex((line) => declares(line, name)))
      .find((index) => index >= 0);
    return found === undefined ? { file } : this.withLineText({ file, line: found + 1 });
  }

  /** The same place with the text of its line, when that is known. */
  withLineText(place: SourcePlace): SourcePlace {
    if (place.line === undefined || place.lineText !== undefined) return place;
    const lineText = this.textOf(place.file)?.split('\n')[place.line - 1];
    return lineText === undefined
      ? place
      : { ...place, lineText: lineText.slice(0, MAX_LINE_TEXT) };
  }

  #find(frame: StackFrame): (SourcePlace & { line: number; column: number }) | undefined {
    const map = this.#traceMap();
    if (!map || frame.line < 1 || frame.column < 1) return undefined;
    const { source, line, column } = originalPositionFor(map, {
      line: frame.line,
      column: frame.column - 1,
    });
    if (source === null) return undefined;
    const place = { file: source, line, column: column + 1 };
    return { ...this.withLineText(place), ...place };
  }

  #traceMap(): TraceMap | null {
    if (this.#map === undefined) {
      try {
        this.#map = new TraceMap(this.#sourceMap);
      } catch {
        // A map that is none: errors are then told without their places, which is better than not at all.
        this.#map = null;
      }
    }
    return this.#map;
  }
}

/** True for `export async function GET(`, `export const GET =`, `export default …`. */
function declares(line: string, name: string): boolean {
  const [, found] =
    /^\s*export\s+(?:async\s+)?(?:(?:function\*?|const|let)\s+)?(\w+)/.exec(line) ?? [];
  return found === name;
}

/** False for packages. */
function isOwnFile(file: string): boolean {
  return !file.includes(':') && !file.startsWith('node_modules/');
}

import type { Starter } from 'virtual:starters';
import { type ReadonlySignal, signal } from '@preact/signals';
import { type SiteName, suggestName } from '../../address/site-name.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { CreateServerResult } from '../host.ts';
import type { NameCheck, NameVerdict } from '../servers/name-check.ts';

/** How far somebody is on the way to a new server. Name and starter may come in any order. */
export type CreationStep =
  /** Nothing is asked for yet: a name is being typed, starters are looked at. */
  | { readonly kind: 'open' }
  /** The name was submitted and is being looked up. */
  | { readonly kind: 'asking' }
  /** The name can be had; what to start from is still to be chosen. */
  | { readonly kind: 'choosing'; readonly name: SiteName }
  | { readonly kind: 'creating'; readonly name: SiteName; readonly starter: Starter }
  /** `blocked` when the browser did not let us open the tab. */
  | {
      readonly kind: 'created';
      readonly name: SiteName;
      readonly url: string;
      readonly blocked: boolean;
    };

/** A browser tab that was opened empty. */
export interface OpenedTab {
  go(url: string): void;
  close(): void;
}

export interface CreationOptions {
  readonly check: NameCheck;
  /** Only a click may open a tab, so it is opened before anything is awaited; undefined: refused. */
  readonly openTab: () => OpenedTab | undefined;
  readonly create: (name: SiteName, starter: Starter) => Promise<CreateServerResult>;
  /** Where a new server's tab begins. */
  readonly urlOf: (name: SiteName, starter: Starter) => Promise<string>;
  /** Brings the list of servers up to date. */
  readonly onCreated: () => Promise<void>;
  /** A number in [0, 1), for names. */
  readonly random: () => number;
}

/** The way from a name and a starter to a server in a tab of its own. */
export interface Creation {
  readonly step: ReadonlySignal<CreationStep>;
  /** What was chosen to start from before the name was submitted. */
  readonly starter: ReadonlySignal<Starter | undefined>;
  /** Why the submitted name cannot be had; stands until the name is changed. */
  readonly refusal: ReadonlySignal<NameVerdict | undefined>;
  /** Why the server could not be made. */
  readonly failure: ReadonlySignal<string | undefined>;
  changeName(typed: string): void;
  submit(): Promise<void>;
  /** Chooses what to start from; with a submitted name that makes the server. */
  choose(starter: Starter): Promise<void>;
  unchoose(): void;
}

/** Names looked up for one proposal at most: each costs a round trip, and the first nearly always does. */
const PROPOSALS = 3;
/** Its files say nothing about what the site will be. */
const NAMELESS_STARTER = 'empty';

/**
 * Begins with nothing asked for. No call rejects: refusals and failures are kept in `refusal` and `failure`.
 * @param options what is asked and opened on the way; `create` and `urlOf` may reject
 */
export function createCreation(options: CreationOptions): Creation {
  const { check } = options;
  const step = signal<CreationStep>({ kind: 'open' });
  const starter = signal<Starter | undefined>(undefined);
  const refusal = signal<NameVerdict | undefined>(undefined);
  const failure = signal<string | undefined>(undefined);
  /** Opened by a click that came while a name was looked up. */
  let earlyTab: OpenedTab | undefined;
  /** What we put into the field ourselves, and may replace. */
  let proposed: string | undefined;

  function type(typed: string): void {
    refusal.value = undefined;
    failure.value = undefined;
    if (step.value.kind !== 'creating') step.value = { kind: 'open' };
    check.input.value = typed;
  }

  function refuse(verdict: NameVerdict): void {
    refusal.value = verdict;
    step.value = { kind: 'open' };
  }

  async function make(name: SiteName, from: Starter, tab: OpenedTab | undefined): Promise<void> {
    failure.value = undefined;
    step.value = { kind: 'creating', name, starter: from };
    try {
      const result = await options.create(name, from);
      if (result.kind === 'refused') {
        tab?.close();
        const { message, suggestion } = result;
        return refuse({ kind: 'refused', message, suggestion });
      }
      const url = await options.urlOf(result.server.name, from);
      tab?.go(url);
      step.value = { kind: 'created', name: result.server.name, url, blocked: !tab };
      starter.value = undefined;
      proposed = undefined;
      // Before the list has it as one of ours, which the field would otherwise complain about.
      check.input.value = '';
      await options.onCreated();
    } catch (thrown) {
      tab?.close();
      failure.value = asPeerServerError(thrown, 'storage-failed').message;
      step.value = { kind: 'choosing', name };
    }
  }

  /** Puts a name that goes with the starter into the field, unless a person's own stands there. */
  async function propose({ id }: Starter): Promise<void> {
    const typed = check.input.peek();
    if (typed !== '' && typed !== proposed) return;
    let name: string = id === NAMELESS_STARTER ? suggestName('', options.random()) : id;
    for (let tries = 0; tries < PROPOSALS; tries++) {
      proposed = name;
      type(name);
      const verdict = await check.settle();
      // Somebody typed meanwhile.
      if (!verdict) return;
      if (verdict.kind === 'refused') name = verdict.suggestion;
      else if (verdict.kind === 'yours') name = suggestName(id, options.random(), tries);
      else return;
    }
  }

  return {
    step,
    starter,
    refusal,
    failure,
    changeName(typed) {
      proposed = undefined;
      type(typed);
    },
    async submit() {
      const { kind } = step.value;
      if (kind === 'creating' || kind === 'asking') return;
      const before = check.verdict.value;
      const hopeful =
        before.kind !== 'empty' && before.kind !== 'refused' && before.kind !== 'yours';
      earlyTab = hopeful && starter.value ? options.openTab() : undefined;
      step.value = { kind: 'asking' };
      const verdict = await check.settle();
      const tab = earlyTab;
      earlyTab = undefined;
      // Another name is being typed by now.
      if (!verdict) return tab?.close();
      if (verdict.kind !== 'free' && verdict.kind !== 'unknown') {
        tab?.close();
        return refuse(verdict);
      }
      if (starter.value) return make(verdict.name, starter.value, tab);
      step.value = { kind: 'choosing', name: verdict.name };
    },
    async choose(chosen) {
      const now = step.value;
      if (now.kind === 'creating') return;
      if (now.kind === 'choosing') return make(now.name, chosen, options.openTab());
      starter.value = chosen;
      if (now.kind === 'asking') earlyTab ??= options.openTab();
      else await propose(chosen);
    },
    unchoose() {
      starter.value = undefined;
    },
  };
}

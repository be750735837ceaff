/** Answers the host's requests with the site's code. */
import type { HostRequest, HostResponse } from '../../protocol/http-message.ts';
import { didYouMean } from '../nearest-name.ts';
import type { Assets } from './assets.ts';
import { type Call, handlerName, readCall } from './call.ts';
import { type ErrorOwner, errorMessage } from './errors/report-error.ts';
import { SiteError } from './errors/site-error.ts';
import { type LogSender, siteLog } from './log/site-console.ts';
import { FAILED_HEADER, type RuntimeMessage } from './messages.ts';
import { type RouteAnswer, runRoute } from './run-route.ts';
import { runServer } from './run-server.ts';
import { sendAnswer } from './send-answer.ts';
import type { Sessions } from './session/sessions.ts';
import type { SiteModule } from './site-module.ts';
import type { Templates } from './template/templates.ts';
import { BodyTooLargeError } from './web/site-body.ts';
import { SiteResponse } from './web/site-response.ts';

export interface SiteRunnerOptions {
  readonly module: SiteModule;
  /** Address of the site's module, as engines write it into stacks. */
  readonly siteUrl: string;
  readonly post: (message: RuntimeMessage) => void;
  readonly log: LogSender;
  readonly sessions: Sessions;
  readonly templates: Templates;
  readonly assets: Assets;
  readonly db: unknown;
  readonly sql: unknown;
  readonly env: Readonly<Record<string, unknown>>;
  /** Numbers of the requests whose handlers run now; kept here. */
  readonly running: Set<number>;
}

export class SiteRunner {
  readonly #options: SiteRunnerOptions;
  /** Files whose modules have run. */
  readonly #loaded = new Set<string>();
  /** What goes on after its answer (`ctx.waitUntil`): held, so that it is not collected as garbage. */
  readonly #after = new Set<PromiseLike<unknown>>();

  constructor(options: SiteRunnerOptions) {
    this.#options = options;
  }

  /** Never rejects: what goes wrong is told to the author, and the host makes a page of the answer. */
  async answer(request: HostRequest): Promise<HostResponse> {
    let call: Call;
    try {
      call = readCall(request);
    } catch (thrown) {
      return this.#failed(thrown, {}, request);
    }
    const { number } = call;
    const { running } = this.#options;
    const handler = handlerName(call);
    if (number !== undefined) running.add(number);
    const owner: ErrorOwner = { handler, ...(number === undefined ? {} : { request: number }) };
    try {
      const { response, cookies } = await this.#run(call, owner);
      return sendAnswer(response, {
        method: request.method,
        cookies,
        upgrade: request.upgrade !== undefined,
        onBodyError: (error) => {
          if (!request.signal.aborted) this.#report(error, owner);
        },
      });
    } catch (thrown) {
      return this.#failed(thrown, owner, request);
    } finally {
      if (number !== undefined) running.delete(number);
    }
  }

  async #run(call: Call, owner: ErrorOwner): Promise<RouteAnswer> {
    const { module, log, env } = this.#options;
    if (call.run.kind === 'server') {
      const load = module.server;
      if (!load) throw new SiteError('This site has no server.ts.');
      const waitUntil = (promise: PromiseLike<unknown>) => this.#waitUntil(promise, owner);
      const server = await this.#load('server.ts', load, owner);
      this.#begins(owner);
      const response = await runServer(call, server, { env, waitUntil });
      return { response, cookies: [] };
    }
    const { file } = call.run;
    const load = Object.hasOwn(module.routes, file) ? module.routes[file] : undefined;
    if (!load) {
      const known = Object.keys(module.routes);
      throw new SiteError(`There is no route ${file}.${didYouMean(file, known)}`);
    }
    const { number } = call;
    const route = await this.#load(file, load, owner);
    const begins = () => this.#begins(owner);
    const warn = (text: string, hint: string) =>
      log.send({ kind: 'log', level: 'warn', text, hint, ...owner });
    return await runRoute(call, route, {
      ...this.#options,
      log: siteLog(log, number),
      begins,
      warn,
    });
  }

  /** The host is told before a module runs for the first time, too: what stands outside functions may block. */
  async #load<T>(file: string, load: () => Promise<T>, owner: ErrorOwner): Promise<T> {
    if (this.#loaded.has(file)) return await load();
    this.#begins(owner);
    const module = await load();
    this.#loaded.add(file);
    return module;
  }

  /** To be called right before the author's code: the last that was told of is the one that blocks. */
  #begins({ request, handler = '' }: ErrorOwner): void {
    if (request !== undefined) this.#options.post({ kind: 'running', request, handler });
  }

  #failed(thrown: unknown, owner: ErrorOwner, { method, signal }: HostRequest): HostResponse {
    if (thrown instanceof BodyTooLargeError) {
      const response = new SiteResponse('The request is too large.', { status: 413 });
      const onBodyError = () => {};
      return sendAnswer(response, { method, cookies: [], upgrade: false, onBodyError });
    }
    // Who has gone needs no answer, and what fails because of it is no fault of the code.
    if (!(signal.aborted && isAbort(thrown, signal))) this.#report(thrown, owner);
    return {
      status: 500,
      headers: [[FAILED_HEADER, String(owner.request ?? '')]],
      body: null,
    };
  }

  /** Tells the author of an error, whoever it belongs to. */
  #report(thrown: unknown, owner: ErrorOwner): void {
    const { post, siteUrl } = this.#options;
    post(errorMessage(thrown, owner, siteUrl));
  }

  #waitUntil(promise: PromiseLike<unknown>, owner: ErrorOwner): void {
    this.#after.add(promise);
    promise.then(
      () => this.#after.delete(promise),
      (thrown: unknown) => {
        this.#after.delete(promise);
        const { log, siteUrl } = this.#options;
        // One request can leave any number behind, so they are counted as what the site logs.
        log.send(errorMessage(thrown, owner, siteUrl));
      },
    );
  }
}

function isAbort(thrown: unknown, signal: AbortSignal): boolean {
  if (thrown === signal.reason) return true;
  return thrown instanceof Error && thrown.name === 'AbortError';
}

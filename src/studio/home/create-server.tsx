import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { SiteName } from '../../address/site-name.ts';
import { systemClock } from '../../protocol/clock.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { StudioConfig } from '../config.ts';
import type { SiteTemplate, TemplateId } from '../host.ts';
import { pageSignal } from '../page-signal.ts';
import { createNameCheck, type NameVerdict } from '../state/name-check.ts';
import { lookUpAtServer } from '../state/name-lookup.ts';
import type { ServerList } from '../state/server-list.ts';
import { NameField } from './name-field.tsx';
import { TemplateChoice } from './template-choice.tsx';

interface CreateServerProps {
  readonly config: StudioConfig;
  readonly servers: ServerList;
}

interface Choice {
  readonly name: SiteName;
  readonly templates: readonly SiteTemplate[];
}

/** Where the person is: typing a name, choosing what to start from, or done. */
type Step =
  | { readonly kind: 'name' }
  | ({ readonly kind: 'template' } & Choice)
  | ({ readonly kind: 'creating'; readonly template: TemplateId } & Choice)
  /** `blocked` when the browser did not let us open the tab. */
  | { readonly kind: 'created'; readonly name: SiteName; readonly blocked: boolean };

/** A name, then a template, then a server in a tab of its own. */
export function CreateServer({ config, servers }: CreateServerProps) {
  const [step, setStep] = useState<Step>({ kind: 'name' });
  const [refusal, setRefusal] = useState<NameVerdict>();
  const [failure, setFailure] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const check = useMemo(
    () =>
      createNameCheck({
        lookUp: lookUpAtServer,
        isOwn: (name) => servers.has(name),
        clock: systemClock,
        random: Math.random,
      }),
    [servers],
  );
  useEffect(() => () => check.dispose(), [check]);

  function changeName(name: string): void {
    setRefusal(undefined);
    setFailure(undefined);
    setStep({ kind: 'name' });
    check.input.value = name;
  }

  async function submitName(): Promise<void> {
    const typed = check.input.value;
    const verdict = await check.settle();
    if (check.input.value !== typed) return;
    if (verdict.kind === 'free' || verdict.kind === 'unknown') {
      const { SITE_TEMPLATES } = await import('../host.ts');
      setStep({ kind: 'template', name: verdict.name, templates: SITE_TEMPLATES });
      return;
    }
    setRefusal(verdict);
    field.current?.focus();
  }

  async function choose({ name, templates }: Choice, template: TemplateId): Promise<void> {
    // Only a click may open a tab, so it is opened first, and sent on when there is something to show.
    const tab = window.open('about:blank', '_blank');
    setFailure(undefined);
    setStep({ kind: 'creating', name, templates, template });
    try {
      const { createServer } = await import('../host.ts');
      const result = await createServer({
        name,
        template,
        signalUrl: config.signalUrl,
        signal: pageSignal,
      });
      if (result.kind === 'refused') {
        tab?.close();
        setRefusal({ kind: 'refused', message: result.message, suggestion: result.suggestion });
        setStep({ kind: 'name' });
        field.current?.focus();
        return;
      }
      setStep({ kind: 'created', name: result.server.name, blocked: tab === null });
      if (tab) tab.location.replace(`/server/${result.server.name}`);
      // Set last: the list makes the name one of ours, which the field would otherwise complain about.
      check.input.value = '';
      await servers.refresh();
    } catch (thrown) {
      tab?.close();
      setFailure(asPeerServerError(thrown, 'storage-failed').message);
      setStep({ kind: 'template', name, templates });
    }
  }

  return (
    <section class="card create" aria-label="Create a server">
      <NameField
        input={field}
        check={check}
        refusal={refusal}
        sitesDomain={config.deployment.sitesDomain}
        onChange={changeName}
        onSubmit={() => void submitName()}
      />
      {(step.kind === 'template' || step.kind === 'creating') && (
        <TemplateChoice
          name={step.name}
          templates={step.templates}
          creating={step.kind === 'creating' ? step.template : undefined}
          failure={failure}
          onChoose={(template) => void choose(step, template)}
        />
      )}
      {step.kind === 'created' && (
        <p class="notice" role="status">
          {step.blocked
            ? 'Your browser kept the new tab from opening. '
            : 'Your server has opened in a new tab. '}
          <a href={`/server/${step.name}`} target="_blank" rel="noopener">
            Open {step.name}
          </a>
        </p>
      )}
    </section>
  );
}

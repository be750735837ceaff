import { useEffect, useRef } from 'preact/hooks';
import type { SiteName } from '../../address/site-name.ts';
import type { SiteTemplate, TemplateId } from '../host.ts';

interface TemplateChoiceProps {
  readonly name: SiteName;
  readonly templates: readonly SiteTemplate[];
  /** The one being made into a server now. */
  readonly creating: TemplateId | undefined;
  readonly failure: string | undefined;
  readonly onChoose: (template: TemplateId) => void;
}

/** What to start from; choosing creates the server. */
export function TemplateChoice(props: TemplateChoiceProps) {
  const { name, templates, creating, failure, onChoose } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  // The choice appears below the button that was pressed: keyboard and screen reader are led to it.
  useEffect(() => heading.current?.focus(), []);
  return (
    <div class="templates">
      <h2 ref={heading} tabIndex={-1}>
        What shall {name} start from?
      </h2>
      {failure && (
        <p class="notice danger" role="alert">
          {failure}
        </p>
      )}
      <ul class="template-grid">
        {templates.map((template) => (
          <li key={template.id} class="template">
            <button
              type="button"
              class="template-button"
              aria-describedby={`template-${template.id}`}
              disabled={creating !== undefined}
              onClick={() => onChoose(template.id)}
            >
              {template.title}
            </button>
            <p id={`template-${template.id}`}>
              {creating === template.id ? 'Creating your server…' : template.description}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

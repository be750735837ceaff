import { useEffect, useMemo, useRef } from 'preact/hooks';
import { systemClock } from '../../protocol/clock.ts';
import { countVisitors } from '../elements/wording.ts';
import { useStudio } from '../session/studio.ts';
import { InviteSomebody } from './invite-somebody.tsx';
import { TrafficChart } from './traffic-chart.tsx';
import { VisitorTable } from './visitor-table.tsx';
import { createVisitorWatch } from './visitor-watch.ts';

/** Who is connected, and how; what goes over the connections. */
export function VisitorsPage() {
  const { session, server, toaster, keptOut } = useStudio();
  const watch = useMemo(() => createVisitorWatch(server, systemClock), [server]);
  const present = session.present.value;
  useEffect(() => {
    const stop = new AbortController();
    void watch.run(stop.signal);
    return () => stop.abort();
  }, [watch]);
  useEffect(() => {
    const stop = new AbortController();
    void watch.look(stop.signal);
    return () => stop.abort();
  }, [watch, present]);

  const heading = useRef<HTMLHeadingElement>(null);
  const visitors = watch.visitors.value;
  const others = visitors?.filter(({ key }) => !session.own.value.has(key)).length;
  return (
    <main class="visitors-page" aria-label="Visitors">
      <div class="visitors-head">
        <h2 ref={heading} tabIndex={-1}>
          Visitors
        </h2>
        {session.paused.value && (
          <p class="visitors-paused">Paused: visitors see a page that says so.</p>
        )}
      </div>
      <section class="card traffic-card" aria-label="Traffic">
        <TrafficChart seconds={session.traffic.seconds} />
      </section>
      {others === 0 && <InviteSomebody />}
      {visitors && visitors.length > 0 && (
        <section aria-label="Connected visitors">
          <p class="visitors-count">{countVisitors(others ?? 0)} connected now</p>
          <VisitorTable
            visitors={visitors}
            labels={session.labels}
            own={session.own.value}
            now={Date.now()}
            heading={heading}
            onDisconnect={({ connectionId, key }) => {
              const label = session.labels.of(key);
              keptOut.disconnect({ connectionId, key, label });
              toaster.show({
                message: `${label} is disconnected, and kept out for five minutes.`,
                action: { label: 'Let in again', run: () => keptOut.readmit(key) },
              });
            }}
          />
        </section>
      )}
      {keptOut.visitors.value.length > 0 && (
        <section class="card kept-out" aria-labelledby="kept-out-title">
          <h3 id="kept-out-title">Kept out for five minutes</h3>
          <ul>
            {keptOut.visitors.value.map(({ key, label }) => (
              <li key={key}>
                {label}
                <button
                  type="button"
                  class="button small"
                  aria-label={`Let ${label} in again`}
                  onClick={() => {
                    // The button goes with its line.
                    heading.current?.focus({ preventScroll: true });
                    keptOut.readmit(key);
                  }}
                >
                  Let in again
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </main>
  );
}

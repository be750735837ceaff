import { useEffect, useMemo } from 'preact/hooks';
import { systemClock } from '../../protocol/clock.ts';
import { countVisitors } from '../elements/wording.ts';
import { useStudio } from '../session/studio.ts';
import { InviteSomebody } from './invite-somebody.tsx';
import { TrafficChart } from './traffic-chart.tsx';
import { VisitorTable } from './visitor-table.tsx';
import { createVisitorWatch } from './visitor-watch.ts';

/** Who is connected, and how; what goes over the connections. */
export function VisitorsPage() {
  const { session, server, toaster } = useStudio();
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

  const visitors = watch.visitors.value;
  const others = visitors?.filter(({ key }) => !session.own.value.has(key)).length;
  return (
    <main class="visitors-page" aria-label="Visitors">
      <div class="visitors-head">
        <h2>Visitors</h2>
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
            onDisconnect={({ connectionId, key }) => {
              const label = session.labels.of(key);
              server.disconnect(connectionId);
              toaster.show({
                message: `${label} is disconnected, and kept out for five minutes.`,
                action: { label: 'Let in again', run: () => server.readmit(key) },
              });
            }}
          />
        </section>
      )}
    </main>
  );
}

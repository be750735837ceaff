import { useEffect, useState } from 'preact/hooks';
import { listServers } from '../host.ts';
import { describeAge } from '../servers/age.ts';
import { useStudio } from '../session/studio.ts';

/** How often the words are looked at again, milliseconds: they change by the minute at most. */
const REFRESH_MS = 60_000;
const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' });

/** When the server was made: `made 3 days ago`. */
export function ServerAge() {
  const { session } = useStudio();
  const [created, setCreated] = useState<number>();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    let wanted = true;
    listServers().then(
      (servers) => {
        const own = servers.find(({ name }) => name === session.name);
        if (wanted && own) setCreated(own.createdAt);
      },
      () => {
        // The list cannot be read now; the age is no reason to trouble anybody.
      },
    );
    const timer = setInterval(() => setNow(Date.now()), REFRESH_MS);
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [session]);
  if (created === undefined) return null;
  return (
    <time
      class="server-made"
      dateTime={new Date(created).toISOString()}
      title={`Made on ${EXACT.format(created)}`}
    >
      made {describeAge(created, now)}
    </time>
  );
}

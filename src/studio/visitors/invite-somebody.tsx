import { Share2, UsersRound } from 'lucide';
import { pointerUrl } from '../../address/address.ts';
import { Icon } from '../elements/icon.tsx';
import { useStudio } from '../session/studio.ts';

/** The page's place for visitors while there are none. */
export function InviteSomebody() {
  const { session, config, commands } = useStudio();
  const share = commands.all.value.find(({ id }) => id === 'server.share');
  return (
    <section class="card invite" aria-label="Nobody is here">
      <Icon node={UsersRound} size={32} />
      <h3>Nobody is here yet</h3>
      <p>
        Send this address to somebody. As long as this tab is open, they reach your site with it,
        from any browser.
      </p>
      <p class="invite-address">{pointerUrl(session.name, config.deployment)}</p>
      <div class="button-row">
        {share && (
          <button type="button" class="button primary" onClick={share.run}>
            <Icon node={Share2} size={16} />
            Share the address
          </button>
        )}
        <a class="button" href={`/connect/${session.name}/`} target="_blank" rel="noopener">
          Visit it yourself
        </a>
      </div>
    </section>
  );
}

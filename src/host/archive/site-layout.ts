/** Where a site's parts lie in an archive; see docs/archive.md. */
import { OWN_FOLDER } from '../site-path.ts';

export const NOTE_PATH = `${OWN_FOLDER}/site.json`;
export const DRAFT_FOLDER = `${OWN_FOLDER}/draft/`;
export const DATABASE_PATH = `${OWN_FOLDER}/database.sqlite`;
/** What has not come into the database yet, when its program was still at work. */
export const DATABASE_LOG_PATH = `${DATABASE_PATH}-wal`;

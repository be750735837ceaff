/**
 * The one door between the studio and the host's room: everything else here imports from this file, so a
 * change over there meets one file, and a page can be tried out with a stand-in for it. The home page
 * imports it on demand, because it is larger than the whole home page.
 */

export type {
  FileEntry,
  NewFile,
  OpenServer,
  OpenServerOptions,
  RequestEvent,
  ServerEvent,
  ServerRecord,
  SignalingState,
  SiteChange,
  SiteLogEntry,
  SiteStore,
  SiteTemplate,
  TemplateId,
} from '../host/browser/index.ts';
export {
  createServer,
  deleteServer,
  listServers,
  MAX_PATH_LENGTH,
  openServer,
  SITE_TEMPLATES,
} from '../host/browser/index.ts';

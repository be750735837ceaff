/** A pattern of one file below `routes/`, and what it matched. */
export interface RouteMatch {
  /** The file: `routes/items/[id].ts`. */
  readonly file: string;
  /** Percent-decoded; `[...rest]` gives the rest with its slashes: `a/b`. */
  readonly params: Readonly<Record<string, string>>;
}

/** All routes of a site. Made by `readRoutes`; the most specific pattern wins, whatever the order of files. */
export interface RouteTable {
  readonly files: readonly string[];
  /** @param pathname percent-encoded, as in the request's target without its query */
  match(pathname: string): RouteMatch | undefined;
}

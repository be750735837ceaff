import type { SitePage } from './site-page.ts';

/** Two people at one site, in browsers of different makers. */
export interface TwoVisitors {
  readonly ann: SitePage;
  readonly ben: SitePage;
}

/** How people use a starter. */
export interface StarterUse {
  /** As the home page names it. */
  readonly title: string;
  /** Both use it together; afterwards there is something to be kept. */
  use(visitors: TwoVisitors): Promise<void>;
  /** Somebody comes to a copy of it that has all its data, and goes on. */
  useCopy(visitor: SitePage): Promise<void>;
  /** Addresses that are looked at for accessibility, in a state with data; default: where `use` left Ann. */
  readonly pages?: readonly string[];
}

/** Made by the build (`scripts/build/starters.mjs`) of the folder starters/. */
declare module 'virtual:starters' {
  /** A site to start from. */
  export interface Starter {
    readonly id: string;
    /** As people see it, e.g. `Grocery List`. */
    readonly title: string;
    /** One sentence: what it gives. */
    readonly description: string;
    /** What of PeerServer it shows, in a word or two each: `SQL`, `Sessions`. */
    readonly features: readonly string[];
    /** The file that the studio opens first, as the studio calls it: `index.html`, `routes/index.ts`. */
    readonly start: string;
    /** Where its zip is, a path of this origin. */
    readonly zip: string;
    /** Where pictures of it are, 720 × 450, for light and dark screens. */
    readonly preview?: { readonly light: string; readonly dark: string };
  }

  /** In the order in which they are offered. */
  export const starters: readonly Starter[];
}

/** A page of documentation, as text. */
declare module '*.md' {
  const text: string;
  export default text;
}

/** Made by the build (`scripts/build/studio-workers.mjs`): where the studio's own workers are. */
declare module 'virtual:studio-workers' {
  /** Path of the worker that searches in files, a module. */
  export const searchWorkerUrl: string;
}

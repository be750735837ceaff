/** The built-in packages as the build makes them. */
export interface BuiltPackages {
  readonly hash: string;
  readonly files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  writeTo(folder: string): Promise<void>;
}

export function buildPackages(options: { root: string }): Promise<BuiltPackages>;

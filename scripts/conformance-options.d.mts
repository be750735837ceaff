export declare const SPEC_VARIABLE: string;
export declare function readOptions(args: readonly string[]): {
  readonly report: string;
  readonly spec: string | undefined;
};

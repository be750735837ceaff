/** What is used of the package `http-cache-tests`, which has no types of its own. */

type SuiteHandler = (
  pathSegments: string[],
  request: import('node:http').IncomingMessage,
  response: import('node:http').ServerResponse,
) => void;

declare module 'http-cache-tests/server/handle-config.mjs' {
  const handleConfig: SuiteHandler;
  export default handleConfig;
}

declare module 'http-cache-tests/server/handle-state.mjs' {
  const handleState: SuiteHandler;
  export default handleState;
}

declare module 'http-cache-tests/server/handle-test.mjs' {
  const handleTest: SuiteHandler;
  export default handleTest;
}

declare module 'http-cache-tests/tests/index.mjs' {
  interface SuiteTest {
    readonly id: string;
    readonly name: string;
    /** `required` when absent. */
    readonly kind?: 'required' | 'optimal' | 'check';
    readonly depends_on?: readonly string[];
    /** The test is for shared caches only. */
    readonly browser_skip?: boolean;
  }
  interface SuiteCategory {
    readonly id: string;
    readonly name: string;
    readonly tests: readonly SuiteTest[];
  }
  const categories: readonly SuiteCategory[];
  export default categories;
}

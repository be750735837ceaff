import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** One import each: a file, and what it imports. */
const FORBIDDEN: readonly (readonly [file: string, specifier: string])[] = [
  ['src/address/a.ts', '../protocol/errors.ts'],
  ['src/address/a.ts', 'mime'],
  ['src/protocol/a.ts', '../link/memory.ts'],
  ['src/protocol/a.ts', '../address/address.ts'],
  ['src/protocol/a.ts', 'node:crypto'],
  ['src/protocol/a.ts', '@preact/signals'],
  ['src/protocol/deeper/a.ts', '../../host/serve.ts'],
  ['src/link/a.ts', '../signaling/messages.ts'],
  ['src/link/a.ts', 'node-datachannel'],
  ['src/link/a.ts', 'node:os'],
  ['src/link/node-peer.ts', '../host/serve.ts'],
  ['src/signaling/server.ts', '../link/dial.ts'],
  ['src/signaling/server.ts', '../host/serve.ts'],
  ['src/signaling/client.ts', 'ws'],
  ['src/signaling/messages.ts', 'node:buffer'],
  ['src/visitor/a.ts', '../host/serve.ts'],
  ['src/visitor/a.ts', '../signaling/server.ts'],
  ['src/visitor/shell/main.ts', '../../studio/config.ts'],
  ['src/visitor/shell/main.ts', 'preact'],
  ['src/visitor/service-worker/main.ts', 'node:path'],
  ['src/visitor/page-script/main.ts', '@preact/signals'],
  ['src/visitor/node-visitor.ts', '../host/serve.ts'],
  ['src/host/a.ts', '../visitor/bridge.ts'],
  ['src/host/a.ts', '../signaling/server.ts'],
  ['src/host/a.ts', 'node:fs/promises'],
  ['src/host/browser/a.ts', '../../studio/config.ts'],
  ['src/host/node/a.ts', '../../cli/main.ts'],
  ['src/studio/a.ts', '../cli/main.ts'],
  ['src/studio/a.ts', '../host/serve.ts'],
  ['src/studio/a.ts', '../host/browser/storage.ts'],
  ['src/studio/files/a.ts', '../../visitor/bridge.ts'],
  ['src/studio/a.ts', 'node:path'],
  ['src/cli/a.ts', '../studio/config.ts'],
  ['src/cli/a.ts', '../host/browser/index.ts'],
];

const ALLOWED: readonly (readonly [file: string, specifier: string])[] = [
  ['src/protocol/a.ts', './errors.ts'],
  ['src/protocol/deeper/a.ts', '../errors.ts'],
  // Tests may look down from anywhere: the protocol is tested over the link's in-memory lanes.
  ['src/protocol/a.test.ts', '../link/memory.ts'],
  ['src/link/a.ts', '../protocol/transport.ts'],
  ['src/link/node-peer.ts', 'node-datachannel'],
  ['src/signaling/client.ts', '../protocol/errors.ts'],
  ['src/signaling/server.ts', 'ws'],
  ['src/visitor/shell/main.ts', '../bridge.ts'],
  ['src/visitor/shell/main.ts', '../../link/dial.ts'],
  ['src/visitor/shell/main.ts', '../../signaling/client.ts'],
  ['src/visitor/service-worker/main.ts', 'virtual:shell-html'],
  ['src/visitor/service-worker/http-cache/a.ts', 'http-cache-semantics'],
  ['src/visitor/node-visitor.ts', 'ws'],
  ['src/host/a.ts', '../signaling/client.ts'],
  ['src/host/a.ts', 'mime'],
  ['src/host/node/a.ts', 'node:fs/promises'],
  ['src/studio/a.ts', '../host/browser/index.ts'],
  ['src/studio/a.ts', '../address/address.ts'],
  ['src/studio/a.tsx', 'preact'],
  ['src/cli/a.ts', '../signaling/server.ts'],
  ['src/cli/a.ts', '../visitor/node-visitor.ts'],
  ['src/cli/a.ts', 'node:fs'],
];

/** Each file with all its imports, one a line. */
function linesByFile(): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const [file, specifier] of [...FORBIDDEN, ...ALLOWED]) {
    files.set(file, [...(files.get(file) ?? []), specifier]);
  }
  return files;
}

/** Runs the real configuration over `folder`; resolves to `file: specifier` of each import it reports. */
async function reportedImports(folder: string, files: Map<string, string[]>): Promise<string[]> {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [
    'lint',
    '--only=style/noRestrictedImports',
    '--max-diagnostics=none',
    '--reporter=json',
  ];
  const output = await new Promise<string>((resolve) => {
    // Its exit code is 1, rightly: there are findings. They are what is looked at.
    execFile(process.execPath, [biome, ...args], { cwd: folder }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const report = JSON.parse(output) as Report;
  return report.diagnostics.map(({ location }) => {
    const specifier = files.get(location.path)?.[location.start.line - 1];
    return `${location.path}: ${specifier}`;
  });
}

interface Report {
  readonly diagnostics: readonly {
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

describe('the check of import directions', () => {
  let folder: string;
  let reported: readonly string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerserver-rooms-'));
    await copyFile(join(root, 'biome.json'), join(folder, 'biome.json'));
    await copyFile(join(root, '.gitignore'), join(folder, '.gitignore'));
    const files = linesByFile();
    for (const [file, specifiers] of files) {
      const lines = specifiers.map((specifier, i) => `import * as a${i} from '${specifier}';\n`);
      await mkdir(join(folder, dirname(file)), { recursive: true });
      await writeFile(join(folder, file), lines.join(''));
    }
    reported = await reportedImports(folder, files);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(FORBIDDEN)('reports that %s imports %s', (file, specifier) => {
    expect(reported).toContain(`${file}: ${specifier}`);
  });

  it.each(ALLOWED)('lets %s import %s', (file, specifier) => {
    expect(reported).not.toContain(`${file}: ${specifier}`);
  });
});

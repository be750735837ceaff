/**
 * A plugin for esbuild: modules that exist only in the build.
 * @param {Record<string, string>} sources by specifier
 */
export function virtualModules(sources) {
  return {
    name: 'virtual-modules',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^virtual:/ }, ({ path }) =>
        path in sources ? { path, namespace: 'build' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'build' }, ({ path }) =>
        // Another such plugin of the same build has the others.
        path in sources ? { contents: sources[path] } : undefined,
      );
    },
  };
}

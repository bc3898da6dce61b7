// The one place that says how TypeScript becomes JavaScript: used by the build and by Jest.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Options of @swc/core for a source file below `root`; `@rungate/*` imports become relative paths. */
export function compilerOptions(root) {
  return {
    sourceMaps: true,
    swcrc: false,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true },
      keepClassNames: true,
      baseUrl: root,
      paths: aliases(root),
    },
    // Large, and needed only where a pattern is: loaded at its first use.
    module: { type: 'commonjs', lazy: ['re2js'] },
  };
}

/** `@rungate/x` → its source, as in tsconfig.json. */
export function aliases(root) {
  const { compilerOptions: options } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8'));
  return options.paths;
}

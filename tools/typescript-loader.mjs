// Lets a tool load TypeScript of the workspace that is not built, such as what is only for tests.
import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { transformSync } from '@swc/core';
import { compilerOptions } from './compiler.mjs';

/** A `require` for the sources below `root`, by paths relative to it; each file is compiled as it is met. */
export function typescriptLoader(root) {
  const options = compilerOptions(root);
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, parent, ...rest) => {
    const source = path.resolve(path.dirname(parent?.filename ?? root), request.replace(/\.js$/, '.ts'));
    return request.startsWith('.') && source.endsWith('.ts') && existsSync(source)
      ? source
      : resolve(request, parent, ...rest);
  };
  Module._extensions['.ts'] = (module, filename) => {
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename });
    module._compile(code, filename);
  };
  return createRequire(path.join(root, 'package.json'));
}

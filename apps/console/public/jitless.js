// Before any module runs: zod tries `new Function` otherwise, which the content security policy refuses and reports. It reads
// this when it is loaded; told in a module, it would come too late, since a bundler puts shapes that pages share before it.
globalThis.__zod_globalConfig = { jitless: true };

import { z } from 'zod';

// Before any shape is made: without it zod tries `new Function`, which the content security policy refuses and reports.
// Everything else is behind `import()`, since a bundler may put what stands below an import before it.
z.config({ jitless: true });
void import('./start.js');

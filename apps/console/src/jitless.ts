import { z } from 'zod';

// Comes before every shape: without it zod tries `new Function`, which the content security policy refuses and reports.
z.config({ jitless: true });

import { z } from 'zod';

// Zod writes code at run time when it may; serving processes and sandboxed children shall not.
z.config({ jitless: true });

export { z };

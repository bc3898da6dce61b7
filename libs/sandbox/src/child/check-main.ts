import { loadPlugins } from './plugins.js';
import { judge } from './judge.js';
import { serve } from './serve.js';

// Entry of a child that runs checks: `check-main.js [module with more plugins]`.
const plugins = loadPlugins(process.argv[2]);
serve((request, say) => judge(request, { findPlugin: plugins, say }));

import { findPlugin } from '@rungate/checks';
import { judge } from './judge.js';
import { serve } from './serve.js';

// Entry of a child that runs the checks that ship.
serve((request, say) => judge(request, { findPlugin, say }));

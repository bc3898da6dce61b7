/**
 * Who may do what. **principal**: who asks. **permission**: one thing that a principal may do; each route of the
 * management API names the one it needs.
 */
export { PERMISSIONS, permits, type Permission, type Principal } from './permission.js';

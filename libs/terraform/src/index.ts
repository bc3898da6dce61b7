/**
 * HCP Terraform and Terraform Enterprise as Rungate calls them: plans down, callbacks up, all of it over egress.
 *
 * **grant**: the token and the URLs of a request. **download origin**: a host that plan downloads are redirected to.
 * **spool**: where plans lie while they are evaluated. **connect**: make a run task there, with a token that is used once.
 */
export { TerraformError, type TerraformErrorCode } from './errors.js';
export {
  callbackUrlAllowed,
  checkGrantUrls,
  type GrantUrlKind,
  type GrantUrlOptions,
  type UrlAnswer,
} from './grant-url.js';
export { createTerraform, type Terraform, type TerraformLimits, type TerraformOptions } from './terraform.js';

import type { PlatformSsoSettingsBody, SsoSettingsBody } from '@rungate/contract';
import type { ConnectionSettings, DesiredSettings } from '@rungate/run-task';

/** What an organization asks for; what only the platform may set is as nobody set it. */
export function settingsOfOrganization({ clientSecret, ...settings }: SsoSettingsBody): DesiredSettings {
  const ofPlatform = { privateRanges: [], caBundle: null };
  return { settings: normal({ ...settings, ...ofPlatform, metadataUrl: null }), clientSecret };
}

/** What the platform asks for: strict, without a role by default, and found by nobody. */
export function settingsOfPlatform({ clientSecret, ...settings }: PlatformSsoSettingsBody): DesiredSettings {
  const ofOrganization = { defaultRole: null, discoverable: false };
  return { settings: normal({ ...settings, ...ofOrganization, metadataUrl: null }), clientSecret };
}

/** What SAML has no use for is empty, so that it is the same however it was sent. */
function normal(settings: ConnectionSettings): ConnectionSettings {
  return settings.type === 'saml' ? { ...settings, scopes: [] } : settings;
}

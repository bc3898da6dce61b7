/**
 * The one Trusted Types policy of the console. Mantine writes its styles as markup of a <style> element, and nothing else
 * does: so text without a tag passes, and markup never.
 */
export function refuseMarkup(): void {
  // Browsers that do not know it have none, and their content security policy says nothing of it either.
  if (!('trustedTypes' in window) || !isTrustedTypes(window.trustedTypes)) return;
  window.trustedTypes.createPolicy('default', {
    createHTML: (text) => {
      if (text.includes('<')) throw new TypeError('The console makes no elements from text.');
      return text;
    },
  });
}

interface TrustedTypes {
  createPolicy(name: string, rules: { readonly createHTML: (text: string) => string }): unknown;
}

function isTrustedTypes(value: unknown): value is TrustedTypes {
  return typeof value === 'object' && value !== null && 'createPolicy' in value;
}

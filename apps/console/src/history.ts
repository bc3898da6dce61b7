import { createBrowserHistory } from '@tanstack/react-router';

/** Where this tab is and was. */
export const history = createBrowserHistory();

/** Opens a page of the console. */
export function openPage(href: string): void {
  history.push(href);
}

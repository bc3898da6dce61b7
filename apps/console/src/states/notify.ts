import { notifications } from '@mantine/notifications';

/** Says that something was done. */
export function tellDone(message: string): void {
  notifications.show({ message, color: 'green', autoClose: 5_000 });
}

/** Says that something failed, until it is closed. */
export function tellFailed(what: string, error: Error): void {
  notifications.show({ title: `${what}.`, message: error.message, color: 'red', autoClose: false });
}

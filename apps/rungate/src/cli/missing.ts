import { ManagementApiError } from '@rungate/contract';

/** What a call answers, or null when the platform has nothing there, or does not tell this token of it. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ManagementApiError && error.status === 404) return null;
    throw error;
  }
}

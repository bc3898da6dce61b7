/** What stands where a sensitive value stood, as Terraform itself prints it. */
export const MASK = '(sensitive value)';

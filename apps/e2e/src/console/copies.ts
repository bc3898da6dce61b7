/** How the ids of copies begin. */
const MARK = 'taskrs-copy-';

/** SQL that makes rows like that of a task result, changed now, with ids of their own and columns that are otherwise. */
export function copiesOf(id: string, count: number, columns: Readonly<Record<string, string>> = {}): string {
  const changed = Object.entries({
    // Names n, so that each row has its own.
    id: `overlay(uuidv7()::text placing lpad(to_hex(n), 6, '0') from 31)::uuid`,
    task_result_id: `'${MARK}' || n || '-' || md5(random()::text)`,
    changed_at: 'clock_timestamp()',
    ...columns,
  }).map(([column, value]) => `'${column}', ${value}`);
  return `INSERT INTO task_results SELECT copied.* FROM task_results t, generate_series(1, ${count}) n,
    jsonb_populate_record(t, jsonb_build_object(${changed.join(', ')})) copied WHERE t.id = '${id}'`;
}

/** SQL that takes them away again. */
export function withoutCopies(): string {
  return `DELETE FROM task_results WHERE task_result_id LIKE '${MARK}%'`;
}

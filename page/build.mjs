// Bundles every page program into one file each, and records what they were built from.
// A test compares the record with the sources, so a bundle that lags behind them fails without Node being there.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "esbuild";

const packageRoot = join(import.meta.dirname, "../src/rapporteur");
const programs = JSON.parse(readFileSync(join(import.meta.dirname, "programs.json"), "utf8"));

for (const { entry, output, format = "iife" } of programs) {
  await build({
    entryPoints: [join(import.meta.dirname, entry)],
    outfile: join(packageRoot, output),
    bundle: true,
    format,
    target: "chrome120",
    legalComments: "none",
    // A worker is shipped as text inside the program that starts it: `import source from "worker:./x.ts"`.
    plugins: [{
      name: "worker",
      setup(b) {
        // Named by its place in this folder, because bundles name their parts and must not tell where they were built.
        b.onResolve({ filter: /^worker:/ }, (args) => ({
          path: relative(import.meta.dirname, join(args.resolveDir, args.path.slice("worker:".length))), namespace: "worker",
        }));
        b.onLoad({ filter: /.*/, namespace: "worker" }, async (args) => {
          const made = await build({ entryPoints: [join(import.meta.dirname, args.path)], bundle: true, write: false, format: "iife", target: "chrome120" });
          return { contents: made.outputFiles[0].text, loader: "text", watchFiles: [join(import.meta.dirname, args.path)] };
        });
      },
    }],
  });
}

const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
const sources = readdirSync(join(import.meta.dirname, "src"), { recursive: true })
  .filter((name) => name.endsWith(".ts")).sort()
  .map((name) => [`src/${name}`, sha256(join(import.meta.dirname, "src", name))]);
const bundles = programs.map(({ output }) => [output, sha256(join(packageRoot, output))]);
writeFileSync(
  join(import.meta.dirname, "built.json"),
  JSON.stringify({ sources: Object.fromEntries(sources), bundles: Object.fromEntries(bundles) }, null, 2) + "\n",
);

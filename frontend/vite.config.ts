import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  // Django serves the result; addresses inside the style sheets stay relative to them.
  base: "./",
  publicDir: false,
  resolve: {
    alias: {
      "@images": here("./images"),
      "@fonts": here("./node_modules/@fontsource/be-vietnam-pro/files"),
    },
  },
  css: { preprocessorOptions: { scss: { loadPaths: [here("./node_modules"), here("./styles")], quietDeps: true } } },
  build: {
    outDir: here("../src/tinhso/web/static/built"),
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    target: ["es2022", "chrome105", "firefox110", "safari16"],
    rollupOptions: {
      input: ["src/portal.ts", "src/desk.ts", "styles/portal.scss", "styles/desk.scss", "images/emblem.svg"].map(here),
    },
  },
});

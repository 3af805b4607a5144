/** The officers' pages: the same, and lists that change in place (htmx, told by attributes in the templates). */
import htmx from "htmx.org";
import { followChoice } from "./bulk";
import { enhance } from "./page";

document.documentElement.classList.add("js");

// A failed request leaves the list as it is; the page itself is one press away.
// (Its types know numbers only; patterns are in its documentation.)
Object.assign(htmx.config, { noSwap: [204, 304, "4xx", "5xx"] });

const start = (root: ParentNode): void => {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-bulk]")) followChoice(form);
};

enhance();
start(document);
document.addEventListener("htmx:after:swap", () => start(document));

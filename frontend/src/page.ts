/** What every page gets: the mark that script runs, the focus on the error summary, counters. Without script all of it is whole. */
import { countCharacters } from "./counters";
import { focusErrorSummary } from "./errors";
import { groupMoney } from "./money";
import { keepDraft } from "./draft";
import { receiveUploads } from "./uploads";

export function enhance(root: ParentNode = document): void {
  focusErrorSummary(root);
  for (const counter of root.querySelectorAll<HTMLElement>("[data-counter-for]")) countCharacters(counter);
  for (const field of root.querySelectorAll<HTMLInputElement>("input[data-money]")) groupMoney(field);
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-autosave]")) keepDraft(form);
  for (const zone of root.querySelectorAll<HTMLElement>(".dropzone")) receiveUploads(zone);
  for (const form of root.querySelectorAll<HTMLFormElement>("form[method='post']")) sendOnce(form);
}

/** A second press on the button is not a second dossier (the server knows that too, by the form's hidden key). */
function sendOnce(form: HTMLFormElement): void {
  let sent = 0;
  form.addEventListener("submit", (event) => {
    if (Date.now() - sent < 1500) event.preventDefault();
    else sent = Date.now();
  });
}

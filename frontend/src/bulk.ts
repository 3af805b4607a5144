/** The bulk bar appears with the first chosen row and says how many. Without script it is always there. */
export function followChoice(form: HTMLFormElement): void {
  const bar = form.querySelector<HTMLElement>(".bulk");
  const count = bar?.querySelector<HTMLElement>("[data-bulk-count]");
  if (!bar || !count) return;
  const show = (): void => {
    const chosen = form.querySelectorAll("tbody input[type=checkbox]:checked").length;
    bar.hidden = chosen === 0;
    count.textContent = (count.dataset["words"] ?? "{n}").replace("{n}", chosen.toLocaleString(document.documentElement.lang));
  };
  form.addEventListener("change", (event) => {
    const all = event.target instanceof HTMLInputElement && event.target.matches("[data-choose-all]") ? event.target : null;
    if (all) for (const box of form.querySelectorAll<HTMLInputElement>("tbody input[type=checkbox]")) box.checked = all.checked;
    show();
  });
  show();
}

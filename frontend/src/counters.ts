/** "Còn 120 ký tự" under a text with a limit. The words stand in the page, in its language. */
export function countCharacters(counter: HTMLElement): void {
  const field = document.getElementById(counter.dataset["counterFor"] ?? "");
  if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return;
  const limit = Number(counter.dataset["limit"]);
  const show = (): void => {
    // As the server counts: code points of the composed form, a line's end is one.
    const left = limit - [...field.value.normalize("NFC")].length;
    const words = left < 0 ? counter.dataset["over"] : counter.dataset["left"];
    counter.textContent = (words ?? "").replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
    counter.classList.toggle("over", left < 0);
  };
  field.addEventListener("input", show);
  show();
}

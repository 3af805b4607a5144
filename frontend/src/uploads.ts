/**
 * Files: their SHA-256 is worked out here, before anything is sent, so that a citizen can compare it with the receipt.
 * With data-upload-url each file goes at once, with progress, and the server answers with its receipt as HTML; else with the page.
 */
export function receiveUploads(zone: HTMLElement): void {
  const input = zone.querySelector<HTMLInputElement>("input[type=file]");
  const list = document.getElementById(zone.dataset["list"] ?? "");
  if (!input || !list) return;
  input.addEventListener("change", () => {
    const address = zone.dataset["uploadUrl"];
    if (!address) for (const row of list.querySelectorAll("[data-chosen]")) row.remove();
    for (const file of input.files ?? []) {
      const taken = takeIn(zone, input, list, file, address);
      underWay.add(taken);
      void taken.finally(() => underWay.delete(taken));
    }
    if (address) input.value = "";
  });
  if (input.form) waitForFiles(input.form);
  for (const kind of ["dragover", "dragleave", "drop"] as const) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer?.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change"));
      }
    });
  }
}

const underWay = new Set<Promise<void>>();
const waiting = new WeakSet<HTMLFormElement>();

/** Whoever presses the button while a file is still on its way does not lose the file: the page goes when all have arrived. */
function waitForFiles(form: HTMLFormElement): void {
  if (waiting.has(form)) return;
  waiting.add(form);
  form.addEventListener("submit", (event) => {
    if (underWay.size === 0) return;
    event.preventDefault();
    void Promise.allSettled([...underWay]).then(() => form.requestSubmit(event.submitter));
  });
}

async function takeIn(zone: HTMLElement, input: HTMLInputElement, list: HTMLElement, file: File, address: string | undefined): Promise<void> {
  const row = newRow(zone, file);
  list.append(row.item);
  void fingerprint(file).then((hash) => (row.hash.textContent = hash));
  if (!address) return;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  row.item.append(bar);
  const words = zone.dataset["sending"] ?? "";
  const answer = await post(address, input, file, (percent) => {
    bar.value = percent;
    row.note.textContent = percent < 100 ? words.replace("{n}", String(percent)) : (zone.dataset["checking"] ?? "");
  });
  bar.remove();
  if (answer === null) {
    row.item.classList.add("upload-receipt--refused");
    row.note.textContent = zone.dataset["failed"] ?? "";
    return;
  }
  row.item.outerHTML = answer;
}

/** The receipt as HTML, for a kept file as for a refused one; null when there was no answer. */
function post(address: string, input: HTMLInputElement, file: File, progress: (percent: number) => void): Promise<string | null> {
  return new Promise((resolve) => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", input.form?.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "");
    body.append("field", input.name);
    body.append("file", file);
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(Math.round((100 * event.loaded) / event.total));
    });
    request.addEventListener("load", () => resolve(request.status < 500 && request.responseText.includes("upload-receipt") ? request.responseText : null));
    request.addEventListener("error", () => resolve(null));
    request.open("POST", address);
    request.send(body);
  });
}

function newRow(zone: HTMLElement, file: File): { item: HTMLElement; note: HTMLElement; hash: HTMLElement } {
  const item = element("li", "upload-receipt");
  item.dataset["chosen"] = "";
  const kind = element("span", "kind", (file.name.split(".").pop() ?? "?").toUpperCase().slice(0, 4));
  kind.ariaHidden = "true";
  const note = element("span", "muted num", sizeInWords(file.size));
  const hash = document.createElement("code");
  const line = element("span", "hash");
  line.append(element("span", "small muted", `${zone.dataset["fingerprint"] ?? ""} `), hash);
  item.append(kind, element("b", "", file.name), note, line);
  return { item, note, hash };
}

function element(tag: string, classes: string, words = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = classes;
  made.textContent = words;
  return made;
}

function sizeInWords(bytes: number): string {
  const tongue = document.documentElement.lang === "en" ? "en" : "vi-VN";
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3)).toLocaleString(tongue)} KB`;
  return `${(bytes / 1e6).toLocaleString(tongue, { maximumFractionDigits: 1, minimumFractionDigits: 1 })} MB`;
}

async function fingerprint(file: File): Promise<string> {
  // Only pages under https (or this machine itself) may hash; elsewhere the receipt brings it.
  if (!globalThis.crypto?.subtle) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return (digits.match(/.{8}/g) ?? []).join(" ");
}

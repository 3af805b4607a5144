/**
 * A draft that is kept while one types: the form is posted to data-autosave two seconds after the last change.
 * Without a connection the typed text stays on this page and goes as soon as the network is back; the words beside the form say so.
 */
const PAUSE = 2000;
const RETRY = 15000;

export function keepDraft(form: HTMLFormElement): void {
  const address = form.dataset["autosave"];
  if (!address) return;
  const badge = document.querySelector<HTMLElement>("[data-saved]");
  let timer = 0;
  let changed = false;
  let sending = false;

  const later = (wait: number): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void send(), wait);
  };

  const send = async (): Promise<void> => {
    if (sending || !changed) return;
    sending = true;
    changed = false;
    try {
      const answer = await fetch(address, { method: "POST", body: typed(form), headers: { "X-Requested-With": "autosave" } });
      if (!answer.ok) throw new Error(String(answer.status));
      say(badge, await savedAt(answer));
    } catch {
      changed = true;
      say(badge, null);
      later(RETRY);
    } finally {
      sending = false;
    }
    if (changed) later(RETRY);
  };

  form.addEventListener("input", () => {
    changed = true;
    later(PAUSE);
  });
  form.addEventListener("submit", () => window.clearTimeout(timer));
  window.addEventListener("online", () => later(0));
  window.addEventListener("pagehide", () => {
    // Leaving in the middle of a word: the browser delivers this after the page is gone.
    if (changed && navigator.onLine) navigator.sendBeacon(address, typed(form));
  });
}

/** Everything but the files: those have their own way. */
function typed(form: HTMLFormElement): FormData {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
  return data;
}

async function savedAt(answer: Response): Promise<string> {
  const told = answer.headers.get("Content-Type")?.includes("json") ? ((await answer.json()) as { saved_at?: string }) : {};
  return told.saved_at ?? new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
}

function say(badge: HTMLElement | null, time: string | null): void {
  const words = badge?.querySelector<HTMLElement>("[data-saved-words]");
  if (!badge || !words) return;
  words.textContent = time === null ? (badge.dataset["waiting"] ?? "") : (badge.dataset["words"] ?? "").replace("{time}", time);
  badge.classList.toggle("waiting", time === null);
  badge.setAttribute("role", "status");
}

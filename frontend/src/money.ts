/** Groups an amount while nobody types in it: 50000000 becomes 50.000.000. The server reads both. */
export function groupMoney(field: HTMLInputElement): void {
  field.addEventListener("blur", () => {
    const digits = field.value.replace(/[\s.,₫đ]/gu, "");
    if (/^\d+$/.test(digits)) field.value = digits.replace(/\B(?=(\d{3})+$)/g, document.documentElement.lang === "en" ? "," : ".");
  });
}

// Tables for spreadsheets: UTF-8 with its mark, and no cell that they would calculate.

const defused = (text) => (/^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);
const quoted = (value) => {
  const text = defused(String(value ?? ""));
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
};

export const sheet = (names, rows) => new Blob(["\ufeff", [names, ...rows].map((row) => row.map(quoted).join(",")).join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" });

/** Hands a file to the browser. */
export const download = (name, blob) => {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

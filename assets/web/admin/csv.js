// Files for whoever sits there. Tables for spreadsheets: UTF-8 with its mark, and no cell that they would calculate.

import { Refused } from "../shared/api.js";
import { me } from "../shared/session.js";

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

/** Fetches a file and hands it over: one that wants a token cannot be a link. */
export const fetched = async (path, name) => {
  const response = await fetch(path, { headers: { Authorization: `Bearer ${me().token}` } });
  if (!response.ok) {
    const told = await response.json().catch(() => ({}));
    throw new Refused({ status: response.status, slug: told.error ?? "internal", message: told.detail ?? "", id: response.headers.get("x-request-id") ?? "" });
  }
  download(name, await response.blob());
};

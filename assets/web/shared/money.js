// Money is integer fen to the edge. It is never a fraction: ¥12.50 is 1250.
//
//   yuan(1250)        "¥12.50"
//   fen("12.5")       1250, null where the text is no amount
//   fromYuan("20.00") 2000: for the fields of the older interface that are in yuan

export const yuan = (fen) => {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const rest = String(Math.abs(fen) % 100).padStart(2, "0");
  return `${fen < 0 ? "-" : ""}¥${whole.toLocaleString("en-US")}.${rest}`;
};

export const fen = (text) => {
  const found = /^\s*¥?\s*(\d{1,8})(?:\.(\d{1,2}))?\s*$/.exec(String(text));
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
};

export const fromYuan = (value) => fen(typeof value === "number" ? value.toFixed(2) : value ?? 0) ?? 0;

// Chinese ID numbers (GB 11643): eighteen characters, the last one a check.
//
//   fault("990101195805211125")   false where it holds
//   read("990101195805211125")    { birthday: "1958-05-21", sex: 2 } or null; sex 1 man, 2 woman

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

export const fault = (text) => {
  const number = text.trim().toUpperCase();
  if (!/^\d{17}[\dX]$/.test(number)) return true;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(number[i]), 0);
  return "10X98765432"[sum % 11] !== number[17] || birthday(number) === null;
};

const birthday = (number) => {
  const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day) ? `${year}-${month}-${day}` : null;
};

export const read = (text) => {
  const number = text.trim().toUpperCase();
  return fault(number) ? null : { birthday: birthday(number), sex: Number(number[16]) % 2 === 1 ? 1 : 2 };
};

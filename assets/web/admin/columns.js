// The columns of the tables that come in: what each is called, how it is filled in, and who needs them. A test holds them against the server's.
//
//   COLUMNS[kind]         { needed, names }: the first `needed` must be there
//   titled(kind, text)    a text with 「名称（name）」 where it says name

import { t } from "../shared/words.js";

export const COLUMNS = {
  hospitals: { needed: 1, names: ["name", "level", "tag", "province_id", "city_id", "county_id", "addr", "logo", "banner"] },
  departments: { needed: 1, names: ["name", "sort"] },
  doctors: { needed: 3, names: ["phone", "real_name", "hospital", "departments", "idno", "job_position", "good_at", "abstract", "honours", "email", "doctor_sn", "image_and_text_open", "image_and_text_price", "is_hot", "weight", "is_verify"] },
  "diagnosis-terms": { needed: 2, names: ["name", "code"] },
  regions: { needed: 3, names: ["id", "parent_id", "name", "short_name", "pinyin", "sort"] },
};

export const title = (name) => t(`f.${name}`);
/** How it is filled in; nothing where its title says it. */
export const hint = (kind, name) => {
  const own = t(`col.${kind}.${name}`);
  if (own !== `col.${kind}.${name}`) return own;
  const any = t(`col.${name}`);
  return any === `col.${name}` ? "" : any;
};

export const titled = (kind, text) => String(text).replace(/[a-z][a-z_]*/g, (word) => (COLUMNS[kind]?.names.includes(word) ? t("import.column", { title: title(word), name: word }) : word));

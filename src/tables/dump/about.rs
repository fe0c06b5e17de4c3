//! What stands in a dump's README.

pub const README: &str = "\
# A dump of a clinic

Made by `xuanhu dump`. Every kind of row has a file of its own, `<entity>.jsonl`: one JSON object a line, the oldest first. `fields.json` says of
each file what its rows are, and of each field its kind, its meaning, its choices, and what of it is masked; it is written last, so that a dump
without it is not whole.

| kind | in the file |
| --- | --- |
| id | a number, unique among all entities; null where it names nothing. Fields that end in `_id` name rows of other files. |
| time | `2026-03-02T01:00:00.000Z`: UTC. Days are the clinic's, in the zone that `fields.json` names. |
| fen | a whole number, a hundredth of a yuan |
| date | `1984-10-15` |
| choice, one of | a word; one that brings something along is an object of one field, as `{\"Wallet\": 1042}` |
| text, list, object, integer, boolean | as in JSON |

`uploads/` holds the files that the rows name: all of them where nothing is masked, else only pictures that everybody may see (logos, banners,
portraits of doctors). `fields.json` names the tables that are left out. Secrets (password hashes, codes, tokens) are in no dump.

Load it with whatever reads JSON lines: `duckdb -c \"select * from 'payment.jsonl'\"`, or `examples/dump` of the project for SQLite.
";

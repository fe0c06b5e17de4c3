#!/usr/bin/env python3
"""Loads a dump of a clinic (`xuanhu dump DIR`) into SQLite: a table for each entity, with the columns that fields.json tells of.

    load.py DUMP CLINIC.sqlite

Lists and objects are JSON texts, which SQLite's json functions read. The table _field says what each column is.
Needs nothing but Python 3.9.
"""

import json
import pathlib
import sqlite3
import sys

TYPES = {"id": "INTEGER", "fen": "INTEGER", "integer": "INTEGER", "boolean": "INTEGER", "number": "REAL"}


def cell(value):
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def load(dump, db):
    told = json.loads((dump / "fields.json").read_text("utf-8"))
    db.execute("CREATE TABLE _clinic (name TEXT, zone TEXT, created TEXT, masked INTEGER)")
    db.execute("INSERT INTO _clinic VALUES (?, ?, ?, ?)", (told["clinic"], told["zone"], told["created"], told["masked"]))
    db.execute("CREATE TABLE _field (entity TEXT, name TEXT, kind TEXT, about TEXT)")
    for entity, about in told["entities"].items():
        fields = about["fields"]
        key = lambda name: " PRIMARY KEY" if name == "id" else ""
        columns = ", ".join(f'"{name}" {TYPES.get(one["kind"], "TEXT")}{key(name)}' for name, one in fields.items())
        db.execute(f'CREATE TABLE "{entity}" ({columns})')
        db.executemany("INSERT INTO _field VALUES (?, ?, ?, ?)", [(entity, name, one["kind"], one["about"]) for name, one in fields.items()])
        marks = ", ".join("?" * len(fields))
        with open(dump / about["file"], encoding="utf-8") as lines:
            rows = ([cell(row.get(name)) for name in fields] for row in map(json.loads, lines))
            db.executemany(f'INSERT INTO "{entity}" VALUES ({marks})', rows)
        loaded = db.execute(f'SELECT count(*) FROM "{entity}"').fetchone()[0]
        if loaded != about["rows"]:
            sys.exit(f"{about['file']} has {loaded} rows; fields.json says {about['rows']}: take another dump")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    dump, target = map(pathlib.Path, sys.argv[1:])
    if not (dump / "fields.json").is_file():
        sys.exit(f"{dump} is no dump, or not a whole one: fields.json is missing")
    if target.exists():
        sys.exit(f"{target} is there already; choose another file")
    db = sqlite3.connect(target)
    with db:
        load(dump, db)
    db.close()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Prints a month's report of a clinic that load.py has put into SQLite: visits, money and how soon people were answered.

    month.py CLINIC.sqlite 2026-02 [--json]

The figures are those of the console's report (月报) and of GET /admin/statistics/daily. A masked dump gives the same.
"""

import datetime
import json
import sqlite3
import sys
import zoneinfo

FIELDS = ["bookings", "visits", "no_shows", "orders", "answers", "answer_minutes", "money_in", "money_back", "money_kept"]
MONEY = {"money_in", "money_back", "money_kept"}

# Each gives days of the clinic with a number. What is asked for in `day` is the moment that decides to which day something belongs.
QUERIES = {
    "bookings": "SELECT day(booked_at), count(*) FROM registration WHERE booked_at IS NOT NULL GROUP BY 1",
    "visits": "SELECT day(visit_time), count(*) FROM registration WHERE stage = 'Done' GROUP BY 1",
    "no_shows": "SELECT day(visit_time), count(*) FROM registration WHERE stage = 'Missed' GROUP BY 1",
    "orders": "SELECT day(paid_at), count(*) FROM consultation WHERE paid_at IS NOT NULL GROUP BY 1",
    "answers": "SELECT day(answered), count(*) FROM answer GROUP BY 1",
    "waited": "SELECT day(answered), sum(max(0, ms(answered) - ms(paid))) FROM answer GROUP BY 1",
    "money_in": "SELECT day(created_at), -sum(amount) FROM ledger_entry WHERE holder = 'Outside' AND amount < 0 GROUP BY 1",
    "money_back": "SELECT day(created_at), sum(amount) FROM ledger_entry WHERE holder = 'Outside' AND amount > 0 GROUP BY 1",
    "money_kept": "SELECT day(created_at), sum(amount) FROM ledger_entry WHERE holder IN ('Income', 'Forfeited') GROUP BY 1",
}

# The first of what a doctor has said to an order and not taken back.
ANSWERS = """
CREATE TEMP VIEW answer AS
SELECT c.paid_at AS paid, min(m.created_at) AS answered
FROM consultation c JOIN message m ON m.consultation_id = c.id AND m."from" = c.doctor_id
WHERE c.paid_at IS NOT NULL AND c.replies > 0 AND m.retracted_at IS NULL
GROUP BY c.id
"""


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def days_of(month):
    first = datetime.date.fromisoformat(f"{month}-01")
    day = first
    while day.month == first.month:
        yield day.isoformat()
        day += datetime.timedelta(days=1)


def with_mean(row):
    waited = row.pop("waited")
    row["answer_minutes"] = waited // row["answers"] // 60_000 if row["answers"] else None
    return row


def report(db, month):
    zone = zoneinfo.ZoneInfo(db.execute("SELECT zone FROM _clinic").fetchone()[0])
    db.create_function("day", 1, lambda text: text and moment(text).astimezone(zone).date().isoformat(), deterministic=True)
    db.create_function("ms", 1, lambda text: text and round(moment(text).timestamp() * 1000), deterministic=True)
    db.execute(ANSWERS)
    days = {day: dict.fromkeys(QUERIES, 0) for day in days_of(month)}
    for name, query in QUERIES.items():
        for day, number in db.execute(query):
            if day in days:
                days[day][name] = number
    total = {name: sum(row[name] for row in days.values()) for name in QUERIES}
    return {"items": [{"date": day, **with_mean(row)} for day, row in days.items()], "sum": with_mean(total)}


def shown(name, value):
    if value is None:
        return "-"
    return f"{value // 100}.{value % 100:02}" if name in MONEY else str(value)


def main():
    if len(sys.argv) not in (3, 4) or sys.argv[3:] not in ([], ["--json"]):
        sys.exit(__doc__.strip())
    db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    told = report(db, sys.argv[2])
    if sys.argv[3:]:
        print(json.dumps(told))
        return
    lines = [["date", *FIELDS]]
    lines += [[row["date"], *(shown(name, row[name]) for name in FIELDS)] for row in told["items"]]
    lines += [["total", *(shown(name, told["sum"][name]) for name in FIELDS)]]
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    for line in lines:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths)))


if __name__ == "__main__":
    main()

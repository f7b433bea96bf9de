"""Writes the base views of Looker from the contracts of the marts: `make docs`, or `--check`.

A base view is one mart: each column a dimension with its type and description, and for each amount
the measures that add it up. Everything is hidden: what finance sees, and its words, is a refinement
by hand in `lookml/views/core`.

Amounts follow one rule, here and nowhere else. `total_<what>` is in the company's currency where
all rows of the result share one, else in the group's; `total_<what>_group` is always in the
group's. Neither is there when a rate is missing, when ledgers would be mixed, or when balances of
several periods would be added; a budget, and what is compared with it, not where none is loaded.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import lkml
import yaml

ROOT = Path(__file__).resolve().parents[2]
MARTS = ROOT / "transform" / "models" / "marts"
VIEWS = ROOT / "lookml" / "views" / "base"
#: Looker's type by dbt's.
_TYPES = {
    "text": "string",
    "numeric": "number",
    "integer": "number",
    "bigint": "number",
    "boolean": "yesno",
    "date": "date",
    "timestamp without time zone": "date_time",
}
#: What dates are grouped by; Looker translates no labels of a dimension_group.
_PARTS = ("week", "month")
#: What facts are joined to: a measure there would count a row once per line.
_JOINED = ("dim_", "fct_supplier_invoice", "fct_customer_invoice")
_LEDGERS = {"ledger_type", "budget_ledger_id"}
#: What a year without a budget has all the same; what is compared with one would be no variance.
_ACTUALS = {"actual", "actual_ytd"}
#: Amounts that are a level, not a movement: of one period each.
_LEVELS = {
    "rpt_trial_balance": {"opening", "closing", "closing_statement"},
    "fct_gl_balance": {"opening", "closing", "closing_statement", "erp_opening", "erp_closing"},
    "fct_ap_open_item_month_end": {"balance"},
    "fct_ar_open_item_month_end": {"balance"},
    "rpt_budget_vs_actual": {
        "budget_ytd", "actual_ytd", "variance_ytd", "variance_favourable_ytd", "full_year_budget",
        "remaining",
    },
}  # fmt: skip
_CAPITALS = {
    word.lower(): word
    for word in ("AP", "AR", "ERP", "GL", "ID", "NACE", "PO", "VAT", "GRNI", "UOM", "FX", "YTD")
}


def marts() -> dict[str, dict[str, Any]]:
    """Every mart as dbt's files declare it, with the texts that descriptions refer to."""
    pages = "\n".join(path.read_text(encoding="utf-8") for path in sorted(MARTS.rglob("*.md")))
    texts = dict(re.findall(r"{% docs (\w+) %}\s*(.*?)\s*{% enddocs %}", pages, re.DOTALL))
    found = {}
    for path in sorted(MARTS.rglob("*.yml")):
        for mart in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", ()):
            for described in (mart, *mart["columns"]):
                described["description"] = re.sub(
                    r"{{ *doc\(.(\w+).\) *}}", lambda name: texts[name[1]], described["description"]
                )
            found[mart["name"]] = mart
    return dict(sorted(found.items()))


def key(mart: dict[str, Any]) -> tuple[str, ...]:
    """The columns that tell a row of a mart from all others: its natural key."""
    for test in mart.get("data_tests", ()):
        if isinstance(test, dict) and "unique_combination" in test:
            return tuple(test["unique_combination"]["arguments"]["columns"])
    return tuple(
        next(rule for rule in mart["constraints"] if rule["type"] == "primary_key")["columns"]
    )


def label(name: str) -> str:
    """A name as people read it."""
    words = [_CAPITALS.get(word, word) for word in name.split("_")]
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])


def _text(words: str) -> str:
    return " ".join(words.split()).replace('"', '\\"')


def _dimensions(column: dict[str, Any], primary_key: str) -> list[dict[str, Any]]:
    name, kind = column["name"], _TYPES[column["data_type"]]
    made: dict[str, Any] = {
        "name": name,
        "label": label(name),
        "description": _text(column["description"]),
        "hidden": "yes",
    }
    if name == primary_key:
        made["primary_key"] = "yes"
    made["type"] = kind
    if kind in {"date", "date_time"}:
        # The warehouse holds dates, and times in UTC: nothing is to be shifted.
        made |= {"datatype": kind.replace("date_time", "datetime"), "convert_tz": "no"}
    made["sql"] = f"${{TABLE}}.{name} "
    if kind != "date":
        return [made]
    stem = re.sub(r"_(date|on)$", "", name)
    shared = {word: value for word, value in made.items() if word != "primary_key"}
    return [made] + [
        shared
        | {
            "name": f"{stem}_{part}",
            "label": f"{label(stem)} {part}",
            "type": f"date_{part}",
            "sql": made["sql"],
        }
        for part in _PARTS
    ]


def _measure(name: str, kind: str, sql: str, description: str, **more: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label(name),
        "description": description,
        "hidden": "yes",
        "type": kind,
        **more,
        "sql": f"{sql} ",
    }


def _guards(columns: set[str], levels: set[str]) -> list[dict[str, Any]]:
    """What tells whether amounts may be added."""
    made = []
    group = "is_missing_rate" in columns
    other = "the group's" if group else "none"
    if "base_currency" in columns:
        currency = "coalesce(${base_currency}, '')"
        made += [
            _measure("min_base_currency", "min", currency, "First of the base currencies."),
            _measure("max_base_currency", "max", currency, "Last of the base currencies."),
            _measure(
                "one_currency",
                "number",
                "case when min(${min_base_currency}) over () = max(${max_base_currency}) over ()"
                " then 1 else 0 end",
                "1 where all rows of the result have the same base currency, so that figures beside"
                " each other can be compared.",
                can_filter="no",
            ),
            _measure(
                "currency_shown",
                "string",
                "case when ${one_currency} = 1 then ${max_base_currency}"
                f"{' else ${max_group_currency}' if group else ''} end",
                f"Currency of the amounts: the companies' where they share one, else {other}.",
                can_filter="no",
            ),
        ]
    if group:
        made += [
            _measure("max_group_currency", "max", "${group_currency}", "The group's currency."),
            _measure(
                "rows_without_rate",
                "sum",
                "case when ${TABLE}.is_missing_rate then 1 else 0 end",
                "Rows without a rate to the group's currency.",
            ),
        ]
    if ledger := columns & _LEDGERS:
        scope = (
            "${budget_ledger_id}"
            if "budget_ledger_id" in ledger
            else "case when ${ledger_type} = 'Actual' then 'Actual' else ${ledger_id} end"
        )
        made += [
            _measure("min_ledger", "min", scope, "First of the ledgers; actual ones are one."),
            _measure("max_ledger", "max", scope, "Last of the ledgers; actual ones are one."),
        ]
    if "is_main_budget" in columns:
        made.append(
            _measure(
                "only_main_budgets",
                "min",
                "case when ${is_main_budget} then 1 else 0 end",
                "1 where all rows are of the companies' main budgets, whatever they are called.",
            )
        )
    if "year_has_budget" in columns:
        made.append(
            _measure(
                "any_budget",
                "max",
                "case when ${year_has_budget} then 1 else 0 end",
                "1 where a row is of a year for which its company has a budget.",
            )
        )
    if levels:
        made += [
            _measure(
                "count_periods",
                "count_distinct",
                "${company_id} || ' ' || ${financial_period}",
                "Periods, of each company.",
            ),
            _measure("count_companies", "count_distinct", "${company_id}", "Companies."),
        ]
    return made


def _amounts(mart: dict[str, Any], columns: set[str], levels: set[str]) -> list[dict[str, Any]]:
    """The measures of each amount: its sums, and its totals where they may be shown."""
    # A level under another name would be added up over periods.
    if gone := {level for level in levels if f"{level}_base" not in columns}:
        raise ValueError(
            f"The mart {mart['name']} has no amount {', '.join(sorted(gone))} any more. "
            "Bring _LEVELS in lookml/scripts/make_views.py up to date."
        )
    made = []
    for column in mart["columns"]:
        if column["data_type"] != "numeric" or not column["name"].endswith("_base"):
            continue
        what, said = column["name"][: -len("_base")], _text(column["description"])
        group = f"{what}_group" if f"{what}_group" in columns else None
        conditions = ["${min_ledger} = ${max_ledger}"] if columns & _LEDGERS else []
        if "is_main_budget" in columns:
            conditions = [f"({conditions[0]} or ${{only_main_budgets}} = 1)"]
        if "year_has_budget" in columns and what not in _ACTUALS:
            conditions.append("${any_budget} = 1")
        if what in levels:
            conditions.append("${count_periods} = ${count_companies}")
        made.append(_measure(f"sum_{what}_base", "sum", f"${{{what}_base}}", said))
        shown = {"value_format_name": "amount"}
        if group:
            made.append(_measure(f"sum_{group}", "sum", f"${{{group}}}", said))
            rates = ["${rows_without_rate} = 0", "${max_group_currency} is not null"]
            made.append(
                _measure(
                    f"total_{group}",
                    "number",
                    f"case when {' and '.join([*conditions, *rates])} then ${{sum_{group}}} end",
                    f"{said} In the group's currency; empty where a rate is missing.",
                    **shown,
                )
            )
        rule = " and ".join(["${one_currency} = 1", *conditions])
        other = f" when ${{one_currency}} = 0 then ${{total_{group}}}" if group else ""
        rest = "in the group's currency" if group else "empty"
        made.append(
            _measure(
                f"total_{what}",
                "number",
                f"case when {rule} then ${{sum_{what}_base}}{other} end",
                f"{said} Where not all rows of the result have one base currency: {rest}.",
                can_filter="no",
                **shown,
            )
        )
    return made


def _measures(mart: dict[str, Any], columns: set[str]) -> list[dict[str, Any]]:
    levels = _LEVELS.get(mart["name"], set())
    return [
        {
            "name": "count",
            "label": "Count",
            "description": "Number of rows.",
            "hidden": "yes",
            "type": "count",
        },
        _measure(
            "newest_load_epoch",
            "max",
            "(select floor(extract(epoch from max(last_news_at)))"
            " from @{finance_schema}.rpt_sync_status)",
            "When the newest load that brought news ended, in seconds since 1970 (UTC); for "
            "utility-looker-refresh. The marts are published together.",
            value_format_name="id",
        ),
        *_guards(columns, levels),
        *_amounts(mart, columns, levels),
    ]


def view(mart: dict[str, Any]) -> str:
    """The base view of a mart, as LookML."""
    name = mart["name"]
    columns = {column["name"] for column in mart["columns"]}
    primary_key = f"{name}_key" if f"{name}_key" in columns else ", ".join(key(mart))
    if primary_key not in columns:
        raise ValueError(
            f"The mart {name} has the key {primary_key} and no column {name}_key. Looker takes one "
            "column for the primary key: add a surrogate_key of that name."
        )
    made = {
        "name": name,
        "label": label(name.split("_", 1)[1]),
        "sql_table_name": f"@{{finance_schema}}.{name} ",
        "dimensions": [
            dimension
            for column in mart["columns"]
            for dimension in _dimensions(column, primary_key)
        ],
    }
    if not (name.startswith(_JOINED[0]) or name in _JOINED):
        made["measures"] = _measures(mart, columns)
    return (
        f"# The mart {name}, from its contract in transform/models/marts. Not written by hand:\n"
        "# lookml/scripts/make_views.py makes it (`make docs`).\n"
        f"# {_text(mart['description'])}\n{lkml.dump({'views': [made]})}\n"
    )


def main() -> int:
    """Writes the views; with `--check`, says which ones are not what they would be."""
    made = {VIEWS / f"{name}.view.lkml": view(mart) for name, mart in marts().items()}
    old = [path for path in VIEWS.glob("*.lkml") if path not in made]
    wrong = old + [
        path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text
    ]
    if "--check" in sys.argv:
        if wrong:
            names = ", ".join(sorted(path.name for path in wrong))
            print(f"Out of date: {names}. Run `make docs`.")  # noqa: T201
        return int(bool(wrong))
    VIEWS.mkdir(parents=True, exist_ok=True)
    for path in old:
        path.unlink()
    for path, text in made.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A small LookML project on a small database, to ask the Looker stand-in about."""

from __future__ import annotations

import datetime as dt
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.datetime(2026, 11, 18, 12, tzinfo=dt.timezone.utc)  # a Wednesday
#: Orders: number, day, customer, amount, whether it is paid, note.
ORDERS = [
    (1, "2026-11-18", "A", 100, True, "urgent"),
    (2, "2026-11-16", "A", 50, False, None),
    (3, "2026-11-02", "B", 25, True, ""),
    (4, "2026-10-31", "B", 10, None, "O'Brien, Ltd"),
    (5, "2025-11-18", None, 5, False, "50% of_it"),
]
SCHEMA = """
    create table orders (id int, day date, at timestamptz, customer text, amount numeric,
        paid boolean, note text);
    create table customers (id text, name text, rank int, company text);
    insert into customers values ('A', 'Zeta', 1, 'NO1'), ('B', 'Alpha', 2, 'SE1');
    create sequence calls;
"""
MANIFEST = 'constant: schema { value: "public" }'
MODEL = """
    connection: "db"
    include: "/*.view.lkml"
    include: "/*.dashboard.lookml"
    datagroup: load { max_cache_age: "8 hours" }
    persist_with: load
    explore: orders {
      join: customers { relationship: many_to_one sql_on: ${orders.customer} = ${customers.id} ;; }
    }
    explore: mine {
      view_name: orders
      access_filter: { field: customers.company user_attribute: company }
      always_filter: { filters: [orders.paid: "Yes"] }
      sql_always_where: ${amount} <> 10 ;;
      join: customers { relationship: many_to_one sql_on: ${orders.customer} = ${customers.id} ;; }
    }
"""
VIEWS = """
    view: orders {
      sql_table_name: @{schema}.orders ;;
      dimension: id { primary_key: yes type: number }
      dimension: day { type: date datatype: date convert_tz: no }
      dimension: week { type: date_week convert_tz: no sql: ${TABLE}.day ;; }
      dimension: month { type: date_month convert_tz: no sql: ${TABLE}.day ;; }
      dimension: at { type: date_time convert_tz: no }
      dimension: customer {}
      dimension: linked {
        sql: ${customer} ;;
        link: { label: "One" url: "/x?A={{ orders.id._filterable_value | url_encode }}" }
        link: { label: "Own" url: "/x?A={{ filterable_value }}&B={{ _filters['orders.note'] }}" }
      }
      dimension: amount { type: number }
      dimension: double { type: number sql: ${amount} * 2 ;; }
      dimension: paid { type: yesno }
      dimension: note {}
      dimension: wrong { sql: ${TABLE}.nothing ;; }
      dimension: writes { type: number sql: nextval('calls') ;; }
      dimension: liquid { sql: {{ _user_attributes['x'] }} ;; }
      dimension: circle { sql: ${circle} ;; }
      measure: count { type: count }
      measure: paid_count { type: count filters: [paid: "Yes"] }
      measure: total { type: sum sql: ${amount} ;; }
      measure: paid_total { type: sum sql: ${amount} ;;
        filters: [paid: "Yes", customers.name: "Zeta"] }
      measure: customers { type: count_distinct sql: ${customer} ;; }
      measure: mean { type: average sql: ${double} ;; }
      measure: least { type: min sql: ${amount} ;; }
      measure: greatest { type: max sql: ${amount} ;; }
      measure: share { type: number sql: ${paid_total} / nullif(${total}, 0) ;; can_filter: no }
      measure: strange { type: percentile sql: ${amount} ;; }
    }
    view: customers {
      sql_table_name: @{schema}.customers ;;
      dimension: id { primary_key: yes hidden: yes }
      dimension: name { label: "A" }
      dimension: rank { type: number }
      dimension: company {}
      measure: count { type: count }
    }
    view: +customers { dimension: name { order_by_field: rank } }
    view: +orders { dimension: double { label: "Twice" } }
"""
DASHBOARD = """
    - dashboard: overview
      title: Overview
      filters:
      - {name: Paid, type: field_filter, default_value: "Yes"}
      elements:
      - {name: total, title: Total, model: shop, explore: orders, type: single_value,
         fields: [orders.total], listen: {Paid: orders.paid}}
      - {name: note, type: text, body_text: Orders}
"""


def project(home: Path, **changed: tuple[str, str]) -> Path:
    """The small project, with a text of a file replaced."""
    files = {"manifest": MANIFEST, "model": MODEL, "views": VIEWS, "dashboard": DASHBOARD}
    for name, (old, new) in changed.items():
        assert files[name].count(old) >= 1, old
        files[name] = files[name].replace(old, new)
    names = ("manifest.lkml", "shop.model.lkml", "all.view.lkml", "all.dashboard.lookml")
    for name, text in zip(names, files.values(), strict=True):
        home.joinpath(name).write_text(dedent(text))
    return home

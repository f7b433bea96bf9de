"""The dashboards in a real browser: what it shows is what the warehouse says."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect
from psycopg import sql

from demo.pipeline import PROJECT
from demo.preview import preview
from tests.browser import Visitor, chromium
from visma_looker_sandbox.looker import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.models import Warehouse

pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

DASHBOARDS = sorted(
    f"finance::{path.name.partition('.')[0]}"
    for path in (PROJECT / "lookml" / "dashboards").glob("*.dashboard.lookml")
)
PICTURES = PROJECT / "output" / "preview"
COMPANY = "fjordhammer"
AGES = ("Not due", "1-30 days", "31-60 days", "61-90 days", "Over 90 days")
#: Whatever is done to a name, it is text.
HOSTILE = (
    """<b>A</b><script>alert(1)</script><img src=x onerror="alert()">', "9%_^a", \\-- {{7}} &amp;"""
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def url(built: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    # In the loader's own form.
    address = built.postgres.url(built.database)
    with preview(tmp_path_factory.mktemp("preview"), address) as url:
        yield url


@pytest.fixture(scope="module")
def windows(browser: Browser, url: str) -> Callable[..., Visitor]:
    """Return a function that opens a window, one for each kind: each has to compile the charts."""

    @functools.cache
    def window(at: str = url, **options: Any) -> Visitor:
        return Visitor(browser, at, **options)

    return window


@pytest.fixture
def visit(windows: Callable[..., Visitor]) -> Iterator[Callable[..., Visitor]]:
    """Return a function that gives a window; at the end nothing may have been complained about."""
    visitors = []

    def start(*at: str, **options: Any) -> Visitor:
        visitors.append(windows(*at, **options))
        return visitors[-1]

    yield start
    complaints = [list(visitor.complaints) for visitor in visitors]
    for visitor in visitors:
        visitor.forget()
    assert complaints == [[]] * len(visitors)


def number(text: str) -> Decimal:
    """A figure as an English page writes it."""
    return Decimal(text.replace(",", "").replace("\u2212", "-"))


# --- what is there


def may_be_used_by_everybody(page: Page) -> None:
    """Without a mouse and without seeing, and on a phone."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 390, "height": 844})
    # Charts are drawn again.
    page.wait_for_function("document.documentElement.scrollWidth <= 390")


@pytest.mark.parametrize("dashboard", DASHBOARDS)
def test_a_dashboard_shows_its_tiles_to_everybody(
    visit: Callable[..., Visitor], dashboard: str
) -> None:
    visitor = visit()
    page = visitor.open(f"/dashboards/{dashboard}", Company=COMPANY)
    node = next(
        one for one in load(PROJECT / "lookml").dashboards
        if dashboard.endswith(f"::{one['dashboard']}")
    )  # fmt: skip
    expect(page.locator("h1")).to_have_text(node["title"])
    expect(page.locator(".problem")).to_have_count(0)
    for element in node["elements"]:
        tile = visitor.tile(element["title"])
        expect(tile).to_be_visible()
        if tile.locator(".empty").count():
            # Nothing differs, and every rate is there.
            assert dashboard == "finance::data_trust", element["title"]
            continue
        drawn = {
            "looker_grid": "table tbody tr",
            "single_value": ".headline",
            "looker_single_record": "dd",
        }.get(element["type"], ".main-svg .point, .main-svg .lines")
        assert tile.locator(drawn).count(), element["title"]
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{dashboard.partition('::')[2]}.png", full_page=True)
    may_be_used_by_everybody(page)


def test_the_first_page_leads_to_the_dashboards(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open("/")
    expect(page.locator(".cards a")).to_have_count(len(DASHBOARDS))
    page.locator(".cards a").filter(has_text="Supplier spend").click()
    visitor.wait()
    expect(page.locator("h1")).to_have_text("Supplier spend")
    page.locator("details.preview summary").click()
    expect(page.get_by_text("users, roles, and each user's own companies")).to_be_visible()
    may_be_used_by_everybody(visitor.open("/"))


def test_a_page_says_when_its_figures_were_loaded(
    visit: Callable[..., Visitor], built: Warehouse
) -> None:
    page = visit().open("/dashboards/finance::supplier_spend", Company=COMPANY)
    (when,) = built.query(
        "select to_char(max(last_news_at), 'DD/MM/YYYY HH24:MI') from finance.rpt_sync_status"
    )[0]
    expect(page.locator(".freshness b")).to_have_text(f"{when} UTC")


# --- figures


def test_figures_are_those_of_the_warehouse(
    visit: Callable[..., Visitor], built: Warehouse
) -> None:
    visitor = visit()
    visitor.open("/dashboards/finance::supplier_spend", Company=COMPANY, Relative_period="")
    spend, documents = built.query(
        "select sum(spend_base), count(distinct (document_type, reference_number))"
        " filter (where is_spend) from finance.fct_supplier_invoice_line"
        f" where company_id = '{COMPANY}'"
    )[0]
    headline = visitor.tile("Spend").locator(".headline")
    assert number(headline.inner_text()) == spend
    assert visitor.tile("Spend").locator(".beside").inner_text() == "NOK"
    assert (
        number(visitor.tile("Number of documents").locator(".headline").inner_text()) == documents
    )
    by_account = dict(
        built.query(
            "select l.account_number || ' ' || a.account_name, sum(l.spend_base)"
            " from finance.fct_supplier_invoice_line as l"
            " join finance.dim_account as a using (company_id, account_number)"
            f" where company_id = '{COMPANY}' and l.spend_class = 'spend' group by 1"
        )
    )
    shown: dict[str, Decimal] = {}
    for account, _, amount, *_ in visitor.rows("Spend by account"):
        shown[account] = shown.get(account, Decimal(0)) + number(amount)
    assert sum(shown.values()) == spend
    assert {name: shown.get(name) for name in by_account} == by_account
    total = visitor.tile("Spend by account").locator("tfoot td").nth(2).inner_text()
    assert number(total) == spend


def test_a_chart_shows_what_its_table_says(visit: Callable[..., Visitor], built: Warehouse) -> None:
    visitor = visit()
    page = visitor.open("/dashboards/finance::supplier_spend", Company=COMPANY, Relative_period="")
    tile = visitor.tile("Largest suppliers")
    tile.get_by_text("As a table").click()
    told = {name: number(amount) for name, amount in visitor.rows("Largest suppliers")}
    largest = dict(
        built.query(
            "select supplier_name, sum(spend_base) from finance.fct_supplier_invoice_line"
            " join finance.dim_supplier using (company_id, supplier_number)"
            f" where company_id = '{COMPANY}' group by 1 order by 2 desc limit 15"
        )
    )
    assert told == largest
    drawn = page.evaluate(
        "title => [...document.querySelectorAll('.chart')]"
        ".find(one => one.getAttribute('aria-label') === title).data[0].x",
        "Largest suppliers",
    )
    assert drawn == [pytest.approx(float(amount)) for amount in largest.values()]
    assert tile.locator(".point").count() == len(largest)


@pytest.mark.parametrize(
    ("dashboard", "title"),
    [
        ("supplier_spend", "Spend by company, group currency"),
        ("finance_overview", "Income and expenses by period"),
    ],
)
def test_each_place_of_a_chart_has_its_name(
    visit: Callable[..., Visitor], dashboard: str, title: str
) -> None:
    visitor = visit()
    visitor.open(f"/dashboards/finance::{dashboard}", Relative_period="")
    tile = visitor.tile(title)
    tile.get_by_text("As a table").click()
    rows = len(visitor.rows(title))
    tile.get_by_text("As a table").click()
    # Names that lie over each other are left out one by one, but never the outermost.
    places = tile.locator(".chart").evaluate("one => one.layout.xaxis.tickvals.length")
    named = tile.locator(".xtick text").evaluate_all(
        "all => all.filter(one => getComputedStyle(one).display !== 'none').map("
        "one => one.__data__.x)"
    )
    assert (places, {0, places - 1} - set(named)) == (rows, set())


def test_pivots_have_their_totals(visit: Callable[..., Visitor], built: Warehouse) -> None:
    visitor = visit()
    visitor.open("/dashboards/finance::ap_ageing", Company=COMPANY)
    tile = visitor.tile("Suppliers by age")
    over = tile.locator("th.over").all_inner_texts()
    by_age = dict(
        built.query(
            "select ageing_bucket_label, sum(balance_base) from finance.fct_ap_open_item"
            f" where company_id = '{COMPANY}' group by 1"
        )
    )
    assert over[1:] == [*(age for age in AGES if age in by_age), "Total"]
    totals = tile.locator("tfoot td").all_inner_texts()[1:]
    assert [number(text) for text in totals] == [
        *(by_age[age] for age in over[1:-1]),
        sum(by_age.values()),
    ]


# --- filters


def test_a_filter_is_chosen_and_is_in_the_address(
    visit: Callable[..., Visitor], built: Warehouse
) -> None:
    visitor = visit()
    page = visitor.open("/dashboards/finance::ap_ageing")
    page.locator("details.filter").filter(has_text="Company").locator("summary").click()
    page.get_by_label(COMPANY, exact=True).check()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url(re.compile("Company=fjordhammer"))
    visitor.wait()
    (balance,) = built.query(
        f"select sum(balance_base) from finance.fct_ap_open_item where company_id = '{COMPANY}'"
    )[0]
    assert number(visitor.tile("Open balance").locator(".headline").inner_text()) == balance
    # What is chosen is seen, and kept when the list is opened again.
    chosen = page.locator("details.filter").filter(has_text="Company")
    expect(chosen.locator("summary b")).to_have_text(COMPANY)
    chosen.locator("summary").click()
    expect(chosen.get_by_label(COMPANY, exact=True)).to_be_checked()
    chosen.get_by_role("button", name="Any value").click()
    chosen.get_by_role("button", name="Apply").click()
    page.wait_for_url(lambda text: "fjordhammer" not in text)
    visitor.wait()
    expect(page.locator("details.filter").filter(has_text="Company")).to_contain_text("any value")


def test_a_filter_can_be_set_with_the_keyboard(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open("/dashboards/finance::trial_balance", Company=COMPANY)
    ledger = page.locator("details.filter").filter(has_text="Relative period")
    ledger.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(ledger.get_by_label("-1", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(ledger.get_by_label("-1", exact=True)).to_be_hidden()
    expect(ledger.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    ledger.get_by_label("0", exact=True).focus()
    page.keyboard.press("Space")
    ledger.get_by_label("-1", exact=True).focus()
    page.keyboard.press("Space")
    # Closing the list applies what was chosen.
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"Relative\+period=-1"))


def test_a_filter_may_be_an_expression(visit: Callable[..., Visitor], built: Warehouse) -> None:
    visitor = visit()
    visitor.open(
        "/dashboards/finance::supplier_spend",
        Company=COMPANY,
        Relative_period="",
        Account="6%,-6300",
    )
    (spend,) = built.query(
        "select sum(spend_base) from finance.fct_supplier_invoice_line"
        f" where company_id = '{COMPANY}' and account_number like '6%' and account_number <> '6300'"
    )[0]
    assert number(visitor.tile("Spend").locator(".headline").inner_text()) == spend


def test_nothing_found_is_said(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.open("/dashboards/finance::supplier_spend", Supplier="Nobody of this name")
    expect(visitor.tile("Largest suppliers")).to_contain_text("No rows for these filters.")


def test_what_a_filter_is_of_is_said_beside_its_values(visit: Callable[..., Visitor]) -> None:
    visitor = visit(locale="nb")
    page = visitor.open("/dashboards/finance::trial_balance", Company=COMPANY)
    period = page.locator("details.filter").filter(has_text="Relativ periode")
    period.locator("summary").click()
    expect(period.locator(".meaning")).to_contain_text("0 er inneværende periode, -1 den forrige")
    # What is chosen is seen among many, and the list fits a phone, too.
    expect(period.get_by_label("0", exact=True)).to_be_in_viewport()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.documentElement.scrollWidth <= 390")


def test_an_emptied_filter_lifts_its_default_here_and_behind_the_figures(
    visit: Callable[..., Visitor], built: Warehouse
) -> None:
    period, account = built.query(
        "select financial_period, account_number from finance.rpt_trial_balance"
        f" where company_id = '{COMPANY}' and ledger_type = 'Budget' and closing_base <> 0"
        " order by 1 desc, 2 limit 1"
    )[0]
    told = dict(
        built.query(
            "select ledger_id, closing_base from finance.rpt_trial_balance"
            f" where (company_id, financial_period, account_number)"
            f" = ('{COMPANY}', '{period}', '{account}')"
        )
    )
    visitor = visit()
    page = visitor.open(
        "/dashboards/finance::trial_balance",
        Company=COMPANY, Account=account, Relative_period="", Period=period, Type_of_ledger="",
    )  # fmt: skip
    assert {row[1]: number(row[8]) for row in visitor.rows("Accounts")} == told
    # The Explore asks for actual ones by itself, unless it is told not to.
    budget = visitor.tile("Accounts").locator("tbody tr").filter(has_text="BUDGET")
    budget.locator("td").nth(8).locator("a").click()
    visitor.wait()
    (row,) = (one.locator("td").all_inner_texts() for one in page.locator("tbody tr").all())
    assert (row[1], number(row[8])) == ("BUDGET", told["BUDGET"])


# --- drilling


def test_a_figure_leads_to_its_rows_and_to_the_document(
    visit: Callable[..., Visitor], built: Warehouse
) -> None:
    visitor = visit()
    page = visitor.open(
        "/dashboards/finance::supplier_spend", Company=COMPANY, Relative_period="-1"
    )
    spend = number(visitor.tile("Spend").locator(".headline").inner_text())
    visitor.tile("Spend").locator(".headline a").click()
    visitor.wait()
    expect(page.locator("h1")).to_have_text("Supplier spend")
    expect(page.locator(".conditions")).to_contain_text(COMPANY)
    headings = page.locator("thead tr").last.locator("th").all_inner_texts()
    place = headings.index("Spend")
    rows = [row.locator("td").all_inner_texts() for row in page.locator("tbody tr").all()]
    assert sum(number(row[place]) for row in rows) == spend
    assert number(page.locator("tfoot td").nth(place).inner_text()) == spend
    # From a document to its lines, and to its postings.
    document = rows[0][headings.index("Document number")]
    page.locator("details.links").first.locator("summary").click()
    page.get_by_role("link", name="Lines of the document").first.click()
    visitor.wait()
    kind, reference = page.locator("tbody tr").first.locator("td").all_inner_texts()[:2]
    assert reference in document
    (lines,) = built.query(
        "select count(*) from finance.fct_supplier_invoice_line"
        f" where company_id = '{COMPANY}' and reference_number = '{reference}'"
        f" and document_type = '{kind}'"
    )[0]
    expect(page.locator("tbody tr")).to_have_count(lines)
    page.locator("details.links").first.locator("summary").click()
    page.get_by_role("link", name="Journal lines of the document").first.click()
    visitor.wait()
    expect(page.locator("h1")).to_have_text("General ledger")
    debit, credit = (number(page.locator("tfoot td").nth(n).inner_text()) for n in (9, 10))
    assert debit == credit > 0


def test_a_point_of_a_chart_leads_to_its_rows(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open("/dashboards/finance::supplier_spend", Company=COMPANY, Relative_period="")
    tile = visitor.tile("Largest suppliers")
    tile.get_by_text("As a table").click()
    name, amount = visitor.rows("Largest suppliers")[0]
    tile.get_by_text("As a table").click()
    tile.locator(".point path").first.click(force=True)
    page.wait_for_url(re.compile("/explore/finance/supplier_spend"))
    visitor.wait()
    assert parse_qs(urlsplit(page.url).query)["f[dim_supplier.supplier_name]"] == [name]
    headings = page.locator("thead th").all_inner_texts()
    total = page.locator("tfoot td").nth(headings.index("Spend")).inner_text()
    assert number(total) == number(amount)


def test_a_week_leads_to_its_days(visit: Callable[..., Visitor], built: Warehouse) -> None:
    visitor = visit()
    page = visitor.open("/dashboards/finance::ap_ageing", Company=COMPANY)
    # A week with several days of payment, the first of which is not all of it.
    monday, balance = built.query(
        "select to_char(date_trunc('week', due_date), 'DD/MM/YYYY'), sum(balance_base)"
        f" from finance.fct_ap_open_item where company_id = '{COMPANY}' group by 1"
        " order by count(distinct due_date) desc limit 1"
    )[0]
    tile = visitor.tile("Payments due by week")
    tile.get_by_text("As a table").click()
    (amount,) = (text for week, text in visitor.rows("Payments due by week") if week == monday)
    assert number(amount) == balance
    tile.locator("tbody tr").filter(has_text=monday).locator("a").last.click()
    visitor.wait()
    headings = page.locator("thead th").all_inner_texts()
    total = page.locator("tfoot td").nth(headings.index("Open balance")).inner_text()
    assert number(total) == number(amount)


# --- languages


@pytest.mark.parametrize(
    ("tag", "title", "figure"),
    [
        ("nb", "Leverandørkjøp", r"\d{1,3}(\u00a0\d{3})*,\d\d"),
        ("sv", "Leverantörs", r"\d{1,3}(\u00a0\d{3})*,\d\d"),
        ("fi", "Toimittaja", r"\d{1,3}(\u00a0\d{3})*,\d\d"),
        ("da", "Leverandør", r"\d{1,3}(\.\d{3})*,\d\d"),
        ("en", "Supplier spend", r"\d{1,3}(,\d{3})*\.\d\d"),
    ],
)
def test_a_page_is_in_the_language_that_is_asked_for(
    visit: Callable[..., Visitor], tag: str, title: str, figure: str
) -> None:
    visitor = visit(locale=tag)
    page = visitor.open("/dashboards/finance::supplier_spend", Relative_period="-1")
    assert page.locator("html").get_attribute("lang") == tag
    headline = page.locator("#tile-spend .headline").inner_text()
    assert re.fullmatch(figure, headline), headline
    # Chosen by hand it stays, whatever the browser asks for.
    page.get_by_role("combobox").select_option(label="Svenska")
    page.wait_for_load_state("load")
    visitor.wait()
    assert page.locator("html").get_attribute("lang") == "sv"
    assert "Relative+period=-1" in page.url


# --- what must not happen


class Shown(NamedTuple):
    """A preview: its address, and the file of its log."""

    url: str
    log: Path


@pytest.fixture(scope="module")
def altered(built: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """A preview of a warehouse that is not as it should be.

    A supplier has a name with bad intentions, all companies are Swedish, spend has no group
    currency, a mart is missing, and invoices are due in a year that is no date to anybody.
    """
    copy = built.copy("altered")
    name = HOSTILE.replace("'", "''")
    copy.query(
        f"update finance.dim_supplier set supplier_name = '{name}' where (company_id,"
        " supplier_number) = (select company_id, supplier_number from"
        f" finance.fct_supplier_invoice_line where company_id = '{COMPANY}'"
        " group by 1, 2 order by sum(spend_base) desc limit 1)"
    )
    copy.query("update finance.dim_company set country = 'SE'")
    copy.query("update finance.fct_supplier_invoice_line set group_currency = null")
    copy.query("drop table finance.fct_ar_open_item_month_end cascade")
    copy.query(
        "update finance.fct_ar_open_item set due_date = '12345-01-01'"
        f" where company_id = '{COMPANY}'"
    )
    address = built.postgres.address(copy.database, "postgres")
    home = tmp_path_factory.mktemp("altered")
    with preview(home, address) as url:
        yield Shown(url, home / "preview.log")


def test_a_page_is_in_the_language_of_the_companies_country(altered: Shown) -> None:
    english = {"Accept-Language": "en"}
    page = requests.get(altered.url, headers=english, timeout=60)
    assert '<html lang="sv">' in page.text
    chosen = {"preview_language": "da"}
    page = requests.get(altered.url, headers=english, cookies=chosen, timeout=60)
    assert '<html lang="da">' in page.text


def test_a_role_that_may_write_is_named(altered: Shown) -> None:
    assert "The role postgres may write to this warehouse." in altered.log.read_text()


def test_a_chart_without_figures_says_so(altered: Shown) -> None:
    tile = f"{altered.url}/dashboards/finance::supplier_spend/tiles/by_company"
    asked = {"Company": COMPANY, "Relative period": ""}
    said = requests.get(tile, asked, cookies={"preview_language": "en"}, timeout=60).text
    assert ("No figures for these filters." in said, "data-figure" in said) == (True, False)


def test_a_hostile_name_is_but_a_name(visit: Callable[..., Visitor], altered: Shown) -> None:
    visitor = visit(altered.url)
    visitor.open("/language", to="en", back="/")
    page = visitor.open("/dashboards/finance::supplier_spend", Company=COMPANY, Relative_period="")
    tile = visitor.tile("Largest suppliers")
    tile.get_by_text("As a table").click()
    name, amount = visitor.rows("Largest suppliers")[0]
    assert name == " ".join(HOSTILE.split())
    # In the chart, where it is looked at, and in its list of choices.
    tile.locator(".point path").first.hover(force=True)
    expect(tile.locator(".hoverlayer")).to_contain_text("<b>A</b><script>")
    page.locator("details.filter").filter(has_text="Supplier").locator("summary").click()
    expect(page.get_by_label(HOSTILE, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    # A link with it leads to the rows of this supplier, and of nobody else.
    tile.locator("tbody tr").first.locator("a").last.click()
    visitor.wait()
    headings = page.locator("thead th").all_inner_texts()
    total = page.locator("tfoot td").nth(headings.index("Spend")).inner_text()
    assert number(total) == number(amount)
    assert page.locator("img[onerror]").count() == 0


def test_a_page_runs_nothing_and_sends_nothing_but_its_own(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open("/")
    page.evaluate(
        """(away) => {
          window.refused = [];
          document.addEventListener("securitypolicyviolation",
            (event) => window.refused.push(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          const image = document.createElement("img");
          image.src = away;
          const frame = document.createElement("iframe");
          frame.src = away;
          document.body.append(script, image, frame);
          fetch(away).catch(() => {});
        }""",
        "http://elsewhere.example/",
    )
    page.wait_for_function("window.refused.length >= 4")
    assert sorted(page.evaluate("window.refused")) == [
        "connect-src", "frame-src", "img-src", "script-src-elem",
    ]  # fmt: skip
    assert page.evaluate("window.ran") is None
    assert visitor.complaints
    visitor.complaints.clear()


ROWS = "/explore/finance/supplier_spend?fields=dim_supplier.supplier_name"
SPEND = "/dashboards/finance::supplier_spend/tiles/spend"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/dashboards/finance::none", 404, "There is no such page."),
        ("/dashboards/finance::supplier_spend/tiles/none", 404, "There is no such page."),
        ("/explore/other/supplier_spend?fields=x.y", 404, "There is no such page."),
        ("/explore/finance/supplier_spend?fields=dim_supplier.none", 400, "inaccessible field"),
        ("/explore/finance/supplier_spend", 400, "has no fields"),
        (f"{ROWS}&f[dim_fiscal_period.relative_period]=0)+or+1=1--", 400, "of a form that"),
        (f"{SPEND}?Relative+period=0)+or+1=1--", 400, "of a form that"),
        (f"{ROWS},1;drop+table+x", 400, "inaccessible field"),
        (f"{ROWS}&sorts=dim_supplier.supplier_name,(select+1)", 400, "inaccessible field"),
        (f"{ROWS}&sorts=dim_supplier.supplier_name+;--", 400, "does not know the sort"),
        (f"{ROWS}&f[dim_supplier.none]=x", 400, "inaccessible field"),
        (f"{ROWS}&f[dim_supplier.supplier_name]=%00", 400, "of a form that"),
        (f"{ROWS}&f[fct_supplier_invoice_line.document_date]=9999-12", 400, "of a form that"),
        (f"{ROWS}&f[fct_supplier_invoice_line.document_date]=9999999+days", 400, "of a form that"),
        ("/language?to=xx", 400, "not understood"),
        ("/language?to=da&back=//elsewhere.example", 400, "not understood"),
        ("/language?to=da&back=https://elsewhere.example", 400, "not understood"),
        ("/language?to=da&back=/%5Celsewhere.example", 400, "not understood"),
        ("/language?to=da&back=/%09/elsewhere.example", 400, "not understood"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(url: str, path: str, status: int, said: str) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    answer = requests.get(url + path, headers=headers, timeout=60, allow_redirects=False)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text


def test_a_page_elsewhere_cannot_borrow_the_server(url: str) -> None:
    answer = requests.get(url, headers={"Host": "elsewhere.example"}, timeout=60)
    assert answer.status_code == 400
    policy = requests.get(url, timeout=60).headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "base-uri 'none'; frame-ancestors 'none'" in policy
    assert "no-store" in requests.get(url, timeout=60).headers["Cache-Control"]


def test_a_list_that_is_cut_says_so(url: str) -> None:
    fields = "fct_gl_line.batch_number,fct_gl_line.line_number"
    page = f"{url}/explore/finance/general_ledger?fields={fields}&f[dim_company.company_id]="
    english = {"Accept-Language": "en"}
    said = "The first 500 rows; there may be more."
    assert said in requests.get(f"{page}{COMPANY}", headers=english, timeout=60).text
    assert said not in requests.get(f"{page}nobody", headers=english, timeout=60).text


def test_a_tile_that_cannot_be_read_says_so_and_the_others_are_there(
    visit: Callable[..., Visitor], altered: Shown
) -> None:
    visitor = visit(altered.url)
    visitor.open("/language", to="en", back="/")
    visitor.open("/dashboards/finance::ar_ageing", Company=COMPANY)
    problem = visitor.tile("Open balance at month's end").locator(".problem")
    expect(problem).to_contain_text('relation "finance.fct_ar_open_item_month_end" does not exist')
    expect(visitor.tile("Open balance").locator(".headline")).to_be_visible()
    # What nobody expected is told apart from it, and explained where only its owner looks.
    fault = "This cannot be shown: the preview has a fault. Its log says more."
    expect(visitor.tile("Receipts due by week").locator(".problem")).to_have_text(fault)
    # The browser notes each answer that is an error.
    assert visitor.complaints
    visitor.complaints.clear()
    page = visitor.open("/explore/finance/ar_ageing", fields="fct_ar_open_item.due_week")
    expect(page.locator("h1")).to_have_text(fault)
    visitor.complaints.clear()
    answer = requests.get(page.url, headers={"Accept": "text/html"}, timeout=60)
    assert (answer.status_code, "Traceback" in answer.text, "12345" in answer.text) == (
        500, False, False,
    )  # fmt: skip
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    log = altered.log.read_text()
    assert "/explore/finance/ar_ageing cannot be shown." in log
    assert "Traceback (most recent call last)" in log


def test_a_warehouse_that_stops_answering_is_said(
    visit: Callable[..., Visitor], built: Warehouse, tmp_path: Path
) -> None:
    gone = built.copy("gone")
    with preview(tmp_path, built.postgres.address(gone.database, "postgres")) as url:
        with built.postgres.connect("postgres") as connection:
            connection.autocommit = True
            connection.execute(sql.SQL("drop database {}").format(sql.Identifier(gone.database)))
        visitor = visit(url)
        visitor.open("/dashboards/finance::supplier_spend", Company=COMPANY)
        expect(visitor.tile("Spend").locator(".problem")).to_contain_text("does not exist")
        assert visitor.complaints
        visitor.forget()


def test_a_warehouse_without_marts_is_not_shown(built: Warehouse) -> None:
    address = built.postgres.address("postgres", "postgres")
    program = Path(sys.executable).with_name("visma-looker-sandbox")
    told = subprocess.run(
        [program, "preview", "--lookml", PROJECT / "lookml", "--warehouse", address],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (told.returncode, told.stdout) == (1, "")
    assert "has none of the tables that the dashboards read" in told.stderr
    assert "Build the models (`meltano run dbt-postgres:build`)" in told.stderr

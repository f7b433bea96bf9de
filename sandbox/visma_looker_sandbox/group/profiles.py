"""Who the companies of the group are, and what their books have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal


@dataclass(frozen=True)
class Profile:
    """One company of the group.

    Attributes:
        company_id: Short name.
        name: Name.
        number: Company number.
        country: Two letters.
        city: Where it is.
        currency: Currency of its ledger.
        offset: Months after January in which a financial year begins; negative: before.
        first_year: First financial year in the books.
        branches: Number and name of each branch.
        foreign: Currencies of its foreign suppliers and customers.
        unit: What amounts in kroner are multiplied with, so that the companies are of one size.
        vat: Rate of VAT in per cent.
        purchases: Supplier invoices per month at scale 1.
        sales: Customer invoices per month at scale 1.
    """

    company_id: str
    name: str
    number: str
    country: str
    city: str
    currency: str
    offset: int
    first_year: int
    branches: tuple[tuple[str, str], ...]
    foreign: tuple[str, ...]
    unit: Decimal
    vat: Decimal
    purchases: int
    sales: int

    def price(self, kroner: str) -> Decimal:
        """A price of the list below in the company's currency."""
        return round(Decimal(kroner) * self.unit, 2)


PROFILES = (
    Profile(
        company_id="fjordhammer",
        name="Fjordhammer Pumper AS",
        number="999100101",
        country="NO",
        city="Raufoss",
        currency="NOK",
        offset=0,
        first_year=2025,
        branches=(("10", "Fjordhammer Raufoss"), ("20", "Fjordhammer Bergen")),
        foreign=("EUR", "SEK"),
        unit=Decimal(1),
        vat=Decimal(25),
        purchases=5,
        sales=4,
    ),
    Profile(
        company_id="granskog",
        name="Granskog Ventiler AB",
        number="5599001122",
        country="SE",
        city="Eskilstuna",
        currency="SEK",
        offset=-4,
        first_year=2025,
        branches=(("1", "Granskog Ventiler AB"),),
        foreign=("EUR", "NOK"),
        unit=Decimal(1),
        vat=Decimal(25),
        purchases=4,
        sales=3,
    ),
    Profile(
        company_id="koivuranta",
        name="Koivuranta Konepaja Oy",
        number="33990011",
        country="FI",
        city="Tampere",
        currency="EUR",
        offset=0,
        first_year=2025,
        branches=(("1", "Koivuranta Konepaja Oy"),),
        foreign=("SEK", "USD"),
        unit=Decimal("0.1"),
        vat=Decimal("25.5"),
        purchases=4,
        sales=3,
    ),
)


def profiles(count: int) -> list[Profile]:
    """The companies of a group of any size: the three, and then more like them."""
    made = list(PROFILES[:count])
    for number in range(len(PROFILES), count):
        more, like = number // len(PROFILES) + 1, PROFILES[number % len(PROFILES)]
        made.append(
            replace(
                like,
                company_id=f"{like.company_id}-{more}",
                name=f"{like.name} {more}",
                number=str(int(like.number) + more),
            )
        )
    return made


#: Number, name, type and class; cash and control accounts are told apart in the ledger below.
CHART = (
    ("1200", "Machinery", "Asset", "12"),
    ("1209", "Fixed assets, clearing", "Asset", "12"),
    ("1219", "Accumulated depreciation", "Asset", "12"),
    ("1400", "Inventory", "Asset", "14"),
    ("1480", "Prepayments to suppliers", "Asset", "14"),
    ("1500", "Accounts receivable", "Asset", "15"),
    ("1710", "Prepaid expenses", "Asset", "17"),
    ("1920", "Bank", "Asset", "19"),
    ("2000", "Share capital", "Liability", "20"),
    ("2050", "Retained earnings", "Liability", "20"),
    ("2220", "Bank loan", "Liability", "22"),
    ("2400", "Accounts payable", "Liability", "24"),
    ("2500", "Tax payable", "Liability", "25"),
    ("2600", "Withheld tax", "Liability", "26"),
    ("2700", "Output VAT", "Liability", "27"),
    ("2710", "Input VAT", "Liability", "27"),
    ("2740", "VAT settlement", "Liability", "27"),
    ("2780", "Social security payable", "Liability", "27"),
    ("2910", "Goods received, not invoiced", "Liability", "29"),
    ("2960", "Accrued expenses", "Liability", "29"),
    ("3000", "Sales, domestic", "Income", "30"),
    ("3010", "Sales, spare parts", "Income", "30"),
    ("3100", "Sales, export", "Income", "31"),
    ("3900", "Other income", "Income", "39"),
    ("4300", "Cost of goods sold", "Expense", "43"),
    ("5000", "Wages", "Expense", "50"),
    ("5400", "Social security", "Expense", "54"),
    ("6010", "Depreciation", "Expense", "60"),
    ("6300", "Rent", "Expense", "63"),
    ("6340", "Energy", "Expense", "63"),
    ("6500", "Tools", "Expense", "65"),
    ("6600", "Maintenance", "Expense", "66"),
    ("6700", "Consultancy", "Expense", "67"),
    ("6800", "Office supplies", "Expense", "68"),
    ("6900", "Telecommunication", "Expense", "69"),
    ("7100", "Freight", "Expense", "71"),
    ("7140", "Travel", "Expense", "71"),
    ("7320", "Marketing", "Expense", "73"),
    ("7770", "Bank charges", "Expense", "77"),
    ("8060", "Exchange gains", "Income", "80"),
    ("8150", "Interest", "Expense", "81"),
    ("8160", "Exchange losses", "Expense", "81"),
    ("8300", "Income tax", "Expense", "83"),
)
#: Monthly wages of a department in a first branch, and what each further department has more.
WAGES, MORE_WAGES = Decimal(38_000), Decimal(4_500)
SOCIAL_SECURITY = Decimal("0.141")
RENT = Decimal(42_000)
#: Lines of invoices: amounts of what is bought, pieces of what is sold.
LEAST_BOUGHT, MOST_BOUGHT = Decimal(80), Decimal(45_000)
LEAST_SOLD, MOST_SOLD = 20, 320
#: Accounts that supplier invoices are entered on.
BOUGHT = ("6340", "6500", "6600", "6700", "6800", "6900", "7100", "7140", "7320")
PAYABLE, RECEIVABLE, BANK, PREPAID = "2400", "1500", "1920", "1480"
EXCHANGE = ("8060", "8160")
RETAINED = "2050"

DEPARTMENTS = (
    ("100", "Procurement"),
    ("200", "Production"),
    ("300", "Assembly"),
    ("400", "Development"),
    ("500", "Sales"),
    ("600", "Administration"),
)
LINES = (("10", "Pumps"), ("20", "Valves"), ("30", "Service"))
NOWHERE = ("000", "00")
#: Code, description, type; the rate is the company's.
VAT_BOUGHT, VAT_SOLD, VAT_EXPORT, VAT_REVERSE = "1", "3", "5", "14"
TERMS = (10, 14, 30, 45, 60)

ITEMS = (
    ("P-100", "Pump housing, cast", "320.00"),
    ("P-210", "Impeller Ø 120/8", "145.50"),
    ("P-305", "Shaft seal", "38.75"),
    ("V-400", "Ball valve DN50", "212.00"),
    ("V-410", "Gate valve DN80", "405.25"),
    ("M-001", "Steel plate 10 mm", "96.40"),
    ("M-002", "Bolt set M12", "12.35"),
    ("E-900", "Motor 4 kW", "1480.00"),
)
NAME_STARTS = (
    "Nordlys", "Skagerrak", "Bjørke", "Havgap", "Tindvik", "Elvedal", "Sjøholm", "Gråberg",
    "Lindø", "Vestrå", "Åsgård", "Kaldnes", "Myrland", "Østerby", "Rimfors", "Saltnes",
)  # fmt: skip
NAME_ENDS = ("Stål", "Elektro", "Transport", "Verktøy", "Kjemi", "Energi", "Maskin", "Service")
FORMS = {"NO": "AS", "SE": "AB", "FI": "Oy", "DE": "GmbH", "US": "Inc"}
#: Country of a foreign party by its currency.
ABROAD = {"EUR": "DE", "SEK": "SE", "NOK": "NO", "USD": "US"}
#: What a unit was worth in NOK; the weekly rates move around it.
WORTH = {"NOK": "1", "EUR": "11.62", "SEK": "1.037", "USD": "10.71"}

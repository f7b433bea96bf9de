"""Writes the SAF-T Financial file that ships with the sandbox.

The company, its suppliers and its customers are invented. Two financial years (2025, and 2026 up
to November) of a small manufacturer: purchases, sales, payments, wages, depreciation, VAT. Every
voucher balances, and closing balances are opening balances plus postings. The seed is fixed: the
same script writes the same file.

    python sandbox/scripts/make_saft.py
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

OUT = (
    Path(__file__).parents[1]
    / "visma_looker_sandbox"
    / "data"
    / "nordhella-pumpefabrikk-2025-2026-saft-1.20.xml"
)
NAMESPACE = "urn:StandardAuditFile-Taxation-Financial:NO"
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2026, 11, 20)
ZERO, CENT = Decimal(0), Decimal("0.01")

#: Number: description, opening balance in NOK (debit positive).
ACCOUNTS = {
    "1200": ("Maskiner og anlegg", "6840000.00"),
    "1209": ("Akkumulerte avskrivninger maskiner", "-2310000.00"),
    "1250": ("Inventar og kontormaskiner", "412500.00"),
    "1259": ("Akkumulerte avskrivninger inventar", "-188250.00"),
    "1420": ("Varer under tilvirkning", "934100.00"),
    "1440": ("Ferdige egentilvirkede varer", "1287400.50"),
    "1460": ("Innkjøpte varer for videresalg", "356780.25"),
    "1500": ("Kundefordringer", "1184375.00"),
    "1749": ("Andre forskuddsbetalte kostnader", "96000.00"),
    "1900": ("Kontanter", "8450.00"),
    "1920": ("Bankinnskudd", "3920644.75"),
    "1950": ("Bankinnskudd for skattetrekk", "312000.00"),
    "2000": ("Aksjekapital", "-1000000.00"),
    "2050": ("Annen egenkapital", "-5648250.50"),
    "2220": ("Gjeld til kredittinstitusjoner", "-4200000.00"),
    "2400": ("Leverandørgjeld", "-918750.00"),
    "2600": ("Skattetrekk", "-312000.00"),
    "2700": ("Utgående merverdiavgift, høy sats", "0.00"),
    "2710": ("Inngående merverdiavgift, høy sats", "0.00"),
    "2740": ("Oppgjørskonto merverdiavgift", "0.00"),
    "2770": ("Skyldig arbeidsgiveravgift", "-187000.00"),
    "2940": ("Skyldige feriepenger", "-588000.00"),
    "3000": ("Salgsinntekt pumper, høy sats", "0.00"),
    "3010": ("Salgsinntekt service og deler, høy sats", "0.00"),
    "3100": ("Salgsinntekt eksport, avgiftsfri", "0.00"),
    "4000": ("Innkjøp av råvarer og halvfabrikater", "0.00"),
    "4300": ("Innkjøp av varer for videresalg", "0.00"),
    "4500": ("Fremmedytelser og underentreprise", "0.00"),
    "5000": ("Lønn til ansatte", "0.00"),
    "5090": ("Feriepenger", "0.00"),
    "5400": ("Arbeidsgiveravgift", "0.00"),
    "6010": ("Avskrivninger på maskiner og inventar", "0.00"),
    "6100": ("Frakt og transport ved salg", "0.00"),
    "6300": ("Leie lokaler", "0.00"),
    "6340": ("Lys og varme", "0.00"),
    "6550": ("Driftsmaterialer", "0.00"),
    "6700": ("Revisjons- og regnskapshonorar", "0.00"),
    "7770": ("Bank- og kortgebyr", "0.00"),
    "8150": ("Rentekostnader", "0.00"),
}
#: Number: name, place, days of credit, opening debt, usual account, currency.
SUPPLIERS: dict[str, tuple[str, str, int, str, str, str]] = {
    "50001": ("Skarvøy Støperi AS", "4515 Mandal", 30, "218750.00", "4000", "NOK"),
    "50002": ("Blåtind Stål AS", "8517 Narvik", 30, "343125.00", "4000", "NOK"),
    "50003": ("Hammarvik Pakningar AB", "451 40 Uddevalla", 45, "0.00", "4000", "EUR"),
    "50004": ("Elvedal Elektromotor AS", "2836 Biri", 30, "156875.00", "4300", "NOK"),
    "50005": ("Gråstein Overflatebehandling AS", "3830 Ulefoss", 20, "81250.00", "4500", "NOK"),
    "50006": ("Kystfrakt Nordhella AS", "6300 Åndalsnes", 14, "31250.00", "6100", "NOK"),
    "50007": ("Fossekallen Energi AS", "6783 Stryn", 14, "43750.00", "6340", "NOK"),
    "50008": ("Industriparken Eiendom AS", "6300 Åndalsnes", 10, "0.00", "6300", "NOK"),
    "50009": ("Verktøyhuset Ås & Sønn AS", "1430 Ås", 30, "18750.00", "6550", "NOK"),
    "50010": ("Tallgården Regnskap AS", "6413 Molde", 14, "25000.00", "6700", "NOK"),
    "50011": ("Pumpeteknik Öresund AB", "211 20 Malmö", 30, "0.00", "4300", "EUR"),
    "50012": ("Nordlys Automasjon AS", "9008 Tromsø", 30, "0.00", "4500", "NOK"),
}
#: Number: name, place, days of credit, opening claim, usual account, currency.
CUSTOMERS: dict[str, tuple[str, str, int, str, str, str]] = {
    "10001": ("Havbruk Ytterøy AS", "7623 Ronglan", 30, "287500.00", "3000", "NOK"),
    "10002": ("Fjordvann Kommunalteknikk AS", "6150 Ørsta", 30, "196875.00", "3000", "NOK"),
    "10003": ("Bølgebryter Marine AS", "5353 Straume", 45, "325000.00", "3000", "NOK"),
    "10004": ("Snøheim Settefisk AS", "8160 Glomfjord", 30, "0.00", "3000", "NOK"),
    "10005": ("Mälarvik Processteknik AB", "721 30 Västerås", 60, "156250.00", "3100", "NOK"),
    "10006": ("Tindeland Meieri AS", "2686 Lom", 20, "62500.00", "3010", "NOK"),
    "10007": ("Brekkesaga Treforedling AS", "1850 Mysen", 30, "93750.00", "3010", "NOK"),
    "10008": ("Skjærgård Slippservice AS", "4950 Risør", 14, "0.00", "3010", "NOK"),
    "10009": ("Sundby Vandteknik ApS", "2300 København S", 45, "62500.00", "3100", "NOK"),
    "10010": ("Varmekilden Bergvarme AS", "7374 Røros", 30, "0.00", "3000", "NOK"),
}
#: Analysis type: description, values.
DIMENSIONS = {
    "A": (
        "Avdeling",
        {"100": "Administrasjon", "200": "Produksjon", "300": "Salg", "400": "Service"},
    ),
    "K": (
        "Kostnadssted",
        {
            "K10": "Maskinering",
            "K20": "Montasje",
            "K30": "Prøvestand",
            "K40": "Lager og logistikk",
            "K50": "Kontor",
        },
    ),
}
#: Code: description, rate, standard code.
TAXES = {
    "1": ("Inngående avgift, høy sats", "25", "1"),
    "3": ("Utgående avgift, høy sats", "25", "3"),
    "52": ("Avgiftsfri utførsel av varer og tjenester", "0", "52"),
}
TEXTS = {
    "4000": ("Støpegods pumpehus", "Stålplater og emner", "Akslinger og tetninger"),
    "4300": ("Elektromotorer", "Frekvensomformere", "Reservedeler"),
    "4500": ("Lakkering og galvanisering", "Styretavler", "Innleid sveising"),
    "6100": ("Frakt utgående",),
    "6340": ("Strøm verksted",),
    "6300": ("Husleie verksted og kontor",),
    "6550": ("Skjæreverktøy", "Verneutstyr", "Smøremidler"),
    "6700": ("Regnskapshonorar",),
    "3000": ("Sjøvannspumper", "Dykkpumper 11 kW", "Pumpestasjon komplett"),
    "3010": ("Service på stedet", "Reservedelssett", "Årskontroll"),
    "3100": ("Eksport pumper",),
}
CENTRES = {"4000": "K10", "4300": "K20", "4500": "K20", "6100": "K40", "6340": "K10"}

Share = tuple[str, str, Decimal | None]


@dataclass
class Line:
    """A posting: debit is positive, credit negative."""

    account: str
    amount: Decimal
    text: str
    supplier: str = ""
    customer: str = ""
    reference: str = ""
    tax: str = ""
    shares: list[Share] = field(default_factory=list)
    foreign: Decimal = ZERO
    rate: Decimal = ZERO


@dataclass
class Voucher:
    """A transaction; its number is given when all are known and sorted by date."""

    date: dt.date
    text: str
    lines: list[Line]
    period: int | None = None


@dataclass
class Claim:
    """Something a party is still to be paid for, or to pay."""

    party: str
    reference: str
    amount: Decimal
    due: dt.date


class Business:
    """Two years of vouchers."""

    def __init__(self) -> None:
        self.random = random.Random(20261122)  # noqa: S311 - not for secrets
        self.vouchers: list[Voucher] = []
        self.to_pay: list[Claim] = []
        self.to_get: list[Claim] = []
        self.invoice_number = 20_000
        for unpaid, parties in ((self.to_pay, SUPPLIERS), (self.to_get, CUSTOMERS)):
            for number, party in parties.items():
                if amount := Decimal(party[3]):
                    unpaid.append(Claim(number, "IB 2025", amount, dt.date(2025, 1, 20)))

    def run(self) -> list[Voucher]:
        """All vouchers, in order of date."""
        month = FIRST
        while month <= LAST:
            self.month(month)
            month = (month + dt.timedelta(days=32)).replace(day=1)
        self.vouchers.append(
            Voucher(
                dt.date(2025, 12, 31),
                "Revisjonskorreksjon periodisering 2025",
                [
                    Line("6700", Decimal("38500.00"), "Avsatt revisjon", shares=[_all("A", "100")]),
                    Line("1749", Decimal("-38500.00"), "Avsatt revisjon"),
                ],
                period=13,
            )
        )
        return sorted(self.vouchers, key=lambda v: (v.date, v.period or 0))

    def month(self, first: dt.date) -> None:
        """The vouchers of one month."""
        number = first.month
        fixed = ["50008", "50007" if number % 2 else "50010", "50006"]
        others = [n for n in SUPPLIERS if n not in {"50006", "50007", "50008", "50010"}]
        for supplier in [*fixed, *self.random.sample(others, 2)]:
            self.purchase(self.day(first), supplier)
        for customer in self.random.sample(list(CUSTOMERS), 3):
            self.sale(self.day(first), customer)
        self.wages(first.replace(day=12))
        self.depreciation((first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1))
        self.payments(first.replace(day=15))
        self.receipts(first.replace(day=18))
        if number % 2 == 0:
            self.vat(first.replace(day=10))

    def day(self, first: dt.date) -> dt.date:
        """A day of the month."""
        return first.replace(day=self.random.randint(2, 20))

    def cents(self, low: int, high: int) -> Decimal:
        """An amount in kroner and øre."""
        return Decimal(self.random.randint(low * 100, high * 100)) * CENT

    def add(self, date: dt.date, text: str, lines: list[Line]) -> None:
        """Keep a voucher that lies within the file's time; it must balance."""
        if sum((line.amount for line in lines), ZERO) != 0:
            raise AssertionError(f"{text} of {date} does not balance")
        if date <= LAST:
            self.vouchers.append(Voucher(date, text, lines))

    def purchase(self, date: dt.date, supplier: str) -> None:
        """A supplier's invoice; now and then a credit for the one before."""
        name, _, days, _, account, currency = SUPPLIERS[supplier]
        text = self.random.choice(TEXTS[account])
        reference = str(self.random.randint(100_000, 999_999))
        foreign = currency != "NOK"
        rate = self.cents(11, 12) if foreign else ZERO
        lines: list[Line] = []
        parts = 1 if account.startswith("6") else self.random.randint(1, 3)
        for _ in range(parts):
            net = Decimal("85000.00") if account == "6300" else self.cents(2_000, 120_000)
            euro = self.cents(300, 9_000) if foreign else ZERO
            if foreign:
                net = (euro * rate).quantize(CENT)
            line = Line(account, net, text, shares=self.shares(account, net))
            line.tax, line.foreign, line.rate = "" if foreign else "1", euro, rate
            lines.append(line)
        net = sum((line.amount for line in lines), ZERO)
        vat = ZERO if foreign else sum((_vat(line.amount) for line in lines), ZERO)
        total = net + vat
        claim = next((c for c in self.to_pay if c.party == supplier and c.amount > total), None)
        if claim is not None and self.random.random() < 0.2:  # noqa: PLR2004
            claim.amount -= total
            for line in lines:
                line.amount, line.text = -line.amount, f"Kredit {line.text}"
            net, vat, total, text = -net, -vat, -total, f"Kreditnota {text}"
        owed = Line("2400", -total, text, supplier=supplier, reference=reference, rate=rate)
        owed.foreign = sum((line.foreign for line in lines), ZERO)
        tax = [Line("2710", vat, "Beregnet MVA")] if vat else []
        self.add(date, f"Faktura {reference} {name} - {text}", [*lines, *tax, owed])
        if total > 0:
            self.to_pay.append(Claim(supplier, reference, total, date + dt.timedelta(days=days)))

    def shares(self, account: str, net: Decimal) -> list[Share]:
        """Which department and cost centre a cost belongs to; energy and rent are shared out."""
        if account == "6300":
            production = (net * 7 / 10).quantize(CENT)
            return [("A", "200", production), ("A", "100", net - production)]
        department = "100" if account == "6700" else "300" if account == "6100" else "200"
        centre = CENTRES.get(account, "K50" if department == "100" else "K30")
        if account == "6340":
            half = (net / 2).quantize(CENT)
            return [_all("A", "200"), ("K", "K10", half), ("K", "K20", net - half)]
        return [_all("A", department), _all("K", centre)]

    def sale(self, date: dt.date, customer: str) -> None:
        """An invoice to a customer."""
        name, _, days, _, account, _ = CUSTOMERS[customer]
        self.invoice_number += 1
        reference, text = str(self.invoice_number), self.random.choice(TEXTS[account])
        department = "400" if account == "3010" else "300"
        code = "52" if account == "3100" else "3"
        low, high = (8_000, 90_000) if account == "3010" else (60_000, 480_000)
        lines = [
            Line(account, -self.cents(low, high), text, tax=code, shares=[_all("A", department)])
            for _ in range(self.random.randint(1, 3))
        ]
        vat = sum((_vat(line.amount) for line in lines), ZERO) if code == "3" else ZERO
        total = -sum((line.amount for line in lines), ZERO) - vat
        owed = Line("1500", total, text, customer=customer, reference=reference)
        tax = [Line("2700", vat, "Beregnet MVA")] if vat else []
        self.add(date, f"Faktura {reference} {name} - {text}", [*lines, *tax, owed])
        self.to_get.append(Claim(customer, reference, total, date + dt.timedelta(days=days)))

    def wages(self, date: dt.date) -> None:
        """Wages of a month, shared out over departments, with taxes and holiday pay."""
        gross = Decimal(412_000 if date.year == 2025 else 431_500)  # noqa: PLR2004
        parts = {"100": "0.22", "200": "0.51", "300": "0.14", "400": "0.13"}
        shares: list[Share] = [("A", n, gross * Decimal(part)) for n, part in parts.items()]
        tax, holiday = gross * Decimal("0.31"), gross * Decimal("0.12")
        employer = (gross * Decimal("0.106")).quantize(CENT)
        text = f"Lønn {date:%m.%Y}"
        self.add(
            date,
            text,
            [
                Line("5000", gross, text, shares=shares),
                Line("2600", -tax, "Skattetrekk"),
                Line("1920", tax - gross, "Utbetalt lønn"),
                Line("5090", holiday, "Feriepenger", shares=[_all("A", "100")]),
                Line("2940", -holiday, "Feriepenger"),
                Line("5400", employer, "Arbeidsgiveravgift", shares=[_all("A", "100")]),
                Line("2770", -employer, "Arbeidsgiveravgift"),
            ],
        )

    def depreciation(self, date: dt.date) -> None:
        """Depreciation, interest and bank charges of a month."""
        machines, fittings = Decimal("57000.00"), Decimal("6875.00")
        interest, charge = Decimal("21350.00"), self.cents(150, 900)
        self.add(
            date,
            f"Avskrivninger {date:%m.%Y}",
            [
                Line("6010", machines, "Maskiner", shares=[_all("A", "200"), _all("K", "K10")]),
                Line("1209", -machines, "Maskiner"),
                Line("6010", fittings, "Inventar", shares=[_all("A", "100"), _all("K", "K50")]),
                Line("1259", -fittings, "Inventar"),
            ],
        )
        self.add(
            date,
            f"Renter og gebyrer {date:%m.%Y}",
            [
                Line("8150", interest, "Renter lån"),
                Line("7770", charge, "Gebyrer"),
                Line("1920", -interest - charge, "Renter og gebyrer"),
            ],
        )

    def payments(self, date: dt.date) -> None:
        """Pay what suppliers are owed and is due, in one voucher."""
        due = [claim for claim in self.to_pay if claim.due <= date]
        if not due:
            return
        self.to_pay = [claim for claim in self.to_pay if claim not in due]
        lines = [
            Line("2400", c.amount, "Betaling", supplier=c.party, reference=c.reference) for c in due
        ]
        total = sum((claim.amount for claim in due), ZERO)
        self.add(date, "Remittering leverandører", [*lines, Line("1920", -total, "Remittering")])

    def receipts(self, date: dt.date) -> None:
        """Customers pay what is due; some are late, some pay a part first."""
        for claim in [claim for claim in self.to_get if claim.due <= date]:
            if self.random.random() < 0.25:  # noqa: PLR2004
                continue
            amount = claim.amount
            if self.random.random() < 0.15:  # noqa: PLR2004
                amount = (amount * Decimal("0.4")).quantize(CENT)
            claim.amount -= amount
            if not claim.amount:
                self.to_get.remove(claim)
            paid = Line(
                "1500", -amount, "Innbetaling", customer=claim.party, reference=claim.reference
            )
            self.add(
                date,
                f"Innbetaling {claim.reference} {CUSTOMERS[claim.party][0]}",
                [Line("1920", amount, "Innbetaling"), paid],
            )

    def vat(self, date: dt.date) -> None:
        """Settle the VAT of the vouchers so far."""
        balances: dict[str, Decimal] = defaultdict(Decimal)
        for voucher in self.vouchers:
            if voucher.date < date.replace(day=1):
                for line in voucher.lines:
                    balances[line.account] += line.amount
        out, into = balances["2700"], balances["2710"]
        if not out and not into:
            return
        text = f"Oppgjør merverdiavgift {date:%m.%Y}"
        lines = [
            Line("2700", -out, text),
            Line("2710", -into, text),
            Line("2740", out + into, text),
        ]
        settled = balances["2740"]
        if settled:
            lines += [Line("2740", -settled, "Betalt MVA"), Line("1920", settled, "Betalt MVA")]
        self.add(date, text, [line for line in lines if line.amount])


def _all(kind: str, value: str) -> Share:
    return kind, value, None


def _vat(net: Decimal) -> Decimal:
    return (net / 4).quantize(CENT)


def put(parent: ET.Element, path: str, text: object = None) -> ET.Element:
    """Add elements along a path; the last one gets the text."""
    for name in path.split("/"):
        parent = ET.SubElement(parent, name)
    if text is not None:
        parent.text = str(text)
    return parent


def balance(parent: ET.Element, which: str, amount: Decimal) -> None:
    """Write a balance on its side."""
    side = "Debit" if amount >= 0 else "Credit"
    put(parent, f"{which}{side}Balance", f"{abs(amount):.2f}")


def party(parent: ET.Element, kind: str, number: str, movement: Decimal) -> None:
    """Write a supplier or a customer."""
    parties, sign = (SUPPLIERS, -1) if kind == "Supplier" else (CUSTOMERS, 1)
    name, place, days, debt, _, currency = parties[number]
    opening = Decimal(debt) * sign
    code, _, city = place.rpartition(" ")
    if city == "S":
        code, city = "2300", "København S"
    slug = "".join(c for c in name.lower() if c.isascii() and c.isalpha())[:18]
    node = put(parent, kind)
    put(node, "RegistrationNumber", f"9{int(number):08}")
    put(node, "Name", name)
    country = {"AB": "SE", "ApS": "DK"}.get(name.split()[-1], "NO")
    address = put(node, "Address")
    put(address, "StreetName", f"Industriveien {int(number) % 97 + 1}")
    put(address, "City", city)
    put(address, "PostalCode", code)
    put(address, "Country", country)
    put(node, "Contact/Email", f"post@{slug}.example")
    put(node, "TaxRegistration/TaxRegistrationNumber", f"9{int(number):08}MVA")
    put(node, "BankAccount/BankAccountNumber", f"8601{int(number):07}")
    put(node, f"{kind}ID", number)
    put(node, "AccountID", "2400" if kind == "Supplier" else "1500")
    balance(node, "Opening", opening)
    balance(node, "Closing", opening + movement)
    info = put(node, "PartyInfo")
    put(info, "PaymentTerms/Days", days)
    put(info, "CurrencyCode", currency)
    put(info, "Type", "Company")
    put(info, "Status", "Active")


def line_node(parent: ET.Element, number: int, line: Line, date: dt.date) -> None:
    """Write one posting."""
    node = put(parent, "Line")
    put(node, "RecordID", number)
    put(node, "AccountID", line.account)
    for kind, value, share in line.shares:
        analysis = put(node, "Analysis")
        put(analysis, "AnalysisType", kind)
        put(analysis, "AnalysisID", value)
        if share is not None:
            put(analysis, "AnalysisAmount/Amount", f"{share:.2f}")
    put(node, "ValueDate", date)
    if line.reference:
        put(node, "SourceDocumentID", line.reference)
    for name, value in (("CustomerID", line.customer), ("SupplierID", line.supplier)):
        if value:
            put(node, name, value)
    put(node, "Description", line.text)
    side = put(node, "DebitAmount" if line.amount > 0 else "CreditAmount")
    put(side, "Amount", f"{abs(line.amount):.2f}")
    if line.rate:
        put(side, "CurrencyCode", "EUR")
        put(side, "CurrencyAmount", f"{line.foreign:.2f}")
        put(side, "ExchangeRate", line.rate)
    if line.tax:
        _, rate, _ = TAXES[line.tax]
        tax = put(node, "TaxInformation")
        put(tax, "TaxType", "MVA")
        put(tax, "TaxCode", line.tax)
        put(tax, "TaxPercentage", rate)
        put(tax, "TaxBase", f"{abs(line.amount):.2f}")
        amount = _vat(abs(line.amount)) if rate == "25" else ZERO
        put(tax, "TaxAmount/Amount", f"{amount:.2f}")
    if line.reference:
        put(node, "ReferenceNumber", line.reference)


def header(root: ET.Element) -> None:
    """Write who the file is of."""
    node = put(root, "Header")
    put(node, "AuditFileVersion", "1.20")
    put(node, "AuditFileCountry", "NO")
    put(node, "AuditFileDateCreated", dt.date(2026, 11, 21))
    put(node, "SoftwareCompanyName", "visma-looker")
    put(node, "SoftwareID", "make_saft.py")
    put(node, "SoftwareVersion", "1")
    company = put(node, "Company")
    put(company, "RegistrationNumber", "900000001")
    put(company, "Name", "Nordhella Pumpefabrikk AS")
    address = put(company, "Address")
    put(address, "StreetName", "Kaiveien 7")
    put(address, "City", "Åndalsnes")
    put(address, "PostalCode", "6300")
    put(address, "Country", "NO")
    put(node, "DefaultCurrencyCode", "NOK")
    selection = put(node, "SelectionCriteria")
    put(selection, "PeriodStart", FIRST.month)
    put(selection, "PeriodStartYear", FIRST.year)
    put(selection, "PeriodEnd", LAST.month)
    put(selection, "PeriodEndYear", LAST.year)
    put(node, "TaxAccountingBasis", "A")


def masters(root: ET.Element, vouchers: list[Voucher]) -> None:
    """Write accounts, parties, VAT codes and dimensions, with the balances that follow."""
    movements: dict[str, Decimal] = defaultdict(Decimal)
    for voucher in vouchers:
        for line in voucher.lines:
            movements[line.account] += line.amount
            movements[line.supplier or line.customer] += line.amount
    node = put(root, "MasterFiles")
    accounts = put(node, "GeneralLedgerAccounts")
    for number, (description, opening) in ACCOUNTS.items():
        account = put(accounts, "Account")
        put(account, "AccountID", number)
        put(account, "AccountDescription", description)
        put(account, "StandardAccountID", number[:2])
        put(account, "AccountType", "GL")
        put(account, "AccountCreationDate", dt.date(2019, 1, 1))
        balance(account, "Opening", Decimal(opening))
        balance(account, "Closing", Decimal(opening) + movements[number])
    for kind, parties in (("Customer", CUSTOMERS), ("Supplier", SUPPLIERS)):
        group = put(node, f"{kind}s")
        for number in parties:
            party(group, kind, number, movements[number])
    tables(node)


def tables(masters: ET.Element) -> None:
    """Write VAT codes and dimensions."""
    taxes = put(masters, "TaxTable")
    for code, (description, rate, standard) in TAXES.items():
        entry = put(taxes, "TaxTableEntry")
        put(entry, "TaxType", "MVA")
        put(entry, "Description", "Merverdiavgift")
        details = put(entry, "TaxCodeDetails")
        put(details, "TaxCode", code)
        put(details, "Description", description)
        put(details, "TaxPercentage", rate)
        put(details, "Country", "NO")
        put(details, "StandardTaxCode", standard)
        put(details, "BaseRate", "100")
    analysis = put(masters, "AnalysisTypeTable")
    for kind, (name, values) in DIMENSIONS.items():
        for value, text in values.items():
            entry = put(analysis, "AnalysisTypeTableEntry")
            put(entry, "AnalysisType", kind)
            put(entry, "AnalysisTypeDescription", name)
            put(entry, "AnalysisID", value)
            put(entry, "AnalysisIDDescription", text)
            put(entry, "StartDate", dt.date(2019, 1, 1))
            put(entry, "Status", "Active")


def journal(root: ET.Element, vouchers: list[Voucher]) -> None:
    """Write all vouchers into one journal."""
    entries = put(root, "GeneralLedgerEntries")
    put(entries, "NumberOfEntries", len(vouchers))
    debit = sum((x.amount for v in vouchers for x in v.lines if x.amount > 0), ZERO)
    put(entries, "TotalDebit", f"{debit:.2f}")
    put(entries, "TotalCredit", f"{debit:.2f}")
    node = put(entries, "Journal")
    put(node, "JournalID", "GL")
    put(node, "Description", "Hovedbok")
    put(node, "Type", "GL")
    for number, voucher in enumerate(vouchers, start=1):
        transaction = put(node, "Transaction")
        put(transaction, "TransactionID", f"{voucher.date.year}{number:05}")
        put(transaction, "Period", f"{voucher.period or voucher.date.month:02}")
        put(transaction, "PeriodYear", voucher.date.year)
        put(transaction, "TransactionDate", voucher.date)
        put(transaction, "TransactionType", "Normal")
        put(transaction, "Description", voucher.text)
        put(transaction, "SystemEntryDate", voucher.date + dt.timedelta(days=number % 3 // 2))
        put(transaction, "GLPostingDate", voucher.date)
        for record, line in enumerate(voucher.lines, start=1):
            line_node(transaction, record, line, voucher.date)


def main() -> None:
    """Write the file."""
    if sum(Decimal(opening) for _, opening in ACCOUNTS.values()) != 0:
        raise AssertionError("The opening balance sheet does not balance")
    vouchers = Business().run()
    root = ET.Element("AuditFile", {"xmlns": NAMESPACE})
    header(root)
    masters(root, vouchers)
    journal(root, vouchers)
    ET.indent(root, " ")
    ET.ElementTree(root).write(OUT, encoding="UTF-8", xml_declaration=True)


if __name__ == "__main__":
    main()

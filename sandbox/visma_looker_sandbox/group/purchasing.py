"""Purchase orders, receipts of goods, and the invoices that follow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.company import ONE, ZERO, Posting, at_midnight, money, stamp_on
from visma_looker_sandbox.dto import dto
from visma_looker_sandbox.group import profiles as p
from visma_looker_sandbox.group.journals import post
from visma_looker_sandbox.group.trade import Trade, every
from visma_looker_sandbox.parties import terms, vat_zone
from visma_looker_sandbox.paths import PURCHASE_ORDER, PURCHASE_RECEIPT

if TYPE_CHECKING:
    from visma_looker_sandbox.parties import Party

_PRODUCTION = ("200", "00")


@dataclass(slots=True)
class OrderLine:
    """One item of an order."""

    number: int
    item: str
    name: str
    quantity: Decimal
    price: Decimal
    received: Decimal = Decimal(0)

    @property
    def amount(self) -> Decimal:
        """What all of it costs."""
        return round(self.quantity * self.price, 2)


@dataclass(slots=True)
class Order:
    """A purchase order; its supplier is domestic, its currency the company's."""

    number: str
    party: Party
    branch: str
    day: dt.date
    lines: list[OrderLine]
    seq: int
    stamp: str
    receipts: list[dict[str, Any]] = field(default_factory=list)


class Purchasing:
    """Orders of one company.

    Args:
        trade: The buying side.
    """

    def __init__(self, trade: Trade) -> None:
        self._trade = trade
        self._company = trade.company
        self._orders: dict[str, Order] = {}

    def order(self, party: Party, branch: str, day: dt.date) -> None:
        """Order some items; receipts and invoices follow by themselves."""
        trade, chance = self._trade, self._trade.chance
        nth, number = trade.numbers.document("PO")
        items = chance.sample(p.ITEMS, chance.randint(1, 3))
        lines = [
            OrderLine(n, item, name, Decimal(chance.randint(4, 120)), trade.profile.price(price))
            for n, (item, name, price) in enumerate(items, start=1)
        ]
        books = self._company.books
        seq = books.reserve(self._company.tenant_id, "orders")
        order = Order(number, party, branch, day, lines, seq, stamp_on(day, nth))
        self._orders[number] = order
        if every(nth, 9, 8):
            # Never delivered.
            return
        part = every(nth, 3, 1)
        trade.calendar.at(
            day + dt.timedelta(days=9),
            lambda now: self._receive(order, now, Decimal("0.5") if part else ONE, nth),
        )

    def _receive(self, order: Order, day: dt.date, share: Decimal, nth: int) -> None:
        """Receive a share of every line, post it, and have it invoiced."""
        trade, company = self._trade, self._company
        count, number = trade.numbers.document("RC")
        stamp, period = stamp_on(day, count), company.period_of(day)
        lines: list[dict[str, Any]] = []
        bought: list[tuple[Posting, Decimal]] = []
        total = quantity_in_all = Decimal(0)
        for line in order.lines:
            wanted = max((line.quantity * share).quantize(Decimal(1)), Decimal(1))
            quantity = min(wanted, line.quantity - line.received)
            if not quantity:
                continue
            line.received += quantity
            amount = round(quantity * line.price, 2)
            total += amount
            quantity_in_all += quantity
            nr = len(lines) + 1
            lines.append(self._receipt_line(order, line, nr, quantity, amount))
            posting = trade.posting(
                "2910", amount, ONE, order.party, segments=p.NOWHERE, text=line.name,
                item=line.item, quantity=quantity, order=(order.number, line.number, number, nr),
            )  # fmt: skip
            bought.append((posting, amount))
        if not lines:
            return
        _, batch = trade.numbers.batch("IN")
        company.add_journal(
            "IN",
            batch,
            [
                post("1400", total, p.NOWHERE, f"Receipt {number}", reference=number),
                post("2910", -total, p.NOWHERE, f"Receipt {number}", reference=number),
            ],
            day=day,
            period=period,
            text=f"Receipt {number}",
            stamp=stamp,
            branch=order.branch,
        )
        trade.journals.received[order.branch] = (
            trade.journals.received.get(order.branch, Decimal(0)) + total
        )
        body = dto(
            "PurchaseReceipt",
            landedCost=[],
            receiptType="PoReceipt",
            receiptNbr=number,
            hold=False,
            status="Released",
            date=at_midnight(day),
            postPeriod=period.post_code,
            warehouse=dto("IdDescription", id="1", description="Main"),
            supplier=_party(order.party),
            currency=company.currency,
            exchangeRate=ONE,
            createBill=True,
            supplierRef=f"D{number}",
            totalQty=quantity_in_all,
            controlQty=quantity_in_all,
            vatExemptTotal=ZERO,
            vatTaxableTotal=money(total),
            totalAmt=money(total),
            controlTotal=money(total),
            lastModifiedDateTime=stamp,
            branchNumber=company.branches[order.branch],
            lines=lines,
            dueDate=at_midnight(day + dt.timedelta(days=order.party.days)),
        )
        company.put(PURCHASE_RECEIPT, body, "PoReceipt", number)
        order.stamp = stamp
        order.receipts.append(
            dto(
                "PurchaseOrderReceipt",
                type="PoReceipt",
                receiptNumber=number,
                status="Released",
                supplierName=order.party.name,
                currency=company.currency,
                totalQty=quantity_in_all,
                totalAmt=money(total),
            )
        )
        trade.calendar.at(day + dt.timedelta(days=6), lambda now: self._bill(order, bought, now))
        if all(line.received == line.quantity for line in order.lines):
            self._write(order)
        elif every(nth, 2, 0):
            trade.calendar.at(
                day + dt.timedelta(days=16), lambda now: self._receive(order, now, ONE, nth)
            )

    def _bill(self, order: Order, lines: list[tuple[Posting, Decimal]], day: dt.date) -> None:
        """The supplier's invoice for a receipt."""
        trade = self._trade
        document = trade.enter(
            "Invoice", order.party, order.branch, lines, day, text=f"Order {order.number}"
        )
        trade.plan(document, document.invoice.due)

    def finish(self) -> None:
        """Write the orders that wait for goods."""
        for order in list(self._orders.values()):
            self._write(order)

    def _receipt_line(
        self, order: Order, line: OrderLine, number: int, quantity: Decimal, amount: Decimal
    ) -> dict[str, Any]:
        company = self._company
        branch = company.branches[order.branch]
        return dto(
            "PurchaseReceiptLine",
            allocations=[],
            baseReceiptQty=quantity,
            lineNbr=number,
            branch=branch,
            branchNumber=branch,
            inventory=dto("NumberDescription", number=line.item, description=line.name),
            lineType="GoodsForInventory",
            warehouse=dto("IdDescription", id="1", description="Main"),
            transactionDescription=line.name,
            uom="EA",
            orderQty=line.quantity,
            openQty=line.quantity - line.received,
            receiptQty=quantity,
            unitCost=money(line.price),
            discountUnitCost=money(line.price),
            extCost=money(amount),
            discountPercent=ZERO,
            discountAmount=ZERO,
            manualDiscount=False,
            amount=money(amount),
            account=company.short_account("1400"),
            accountDescription=company.accounts["1400"]["description"],
            sub=company.short_subaccount(p.NOWHERE),
            actualAccount=company.short_account("2910"),
            actualSub=company.short_subaccount(p.NOWHERE),
            poOrderType="RegularOrder",
            poOrderNbr=order.number,
            poOrderLineNbr=line.number,
            completePoLine=line.received == line.quantity,
        )

    def _write(self, order: Order) -> None:
        self._orders.pop(order.number, None)
        company, trade = self._company, self._trade
        total = sum((line.amount for line in order.lines), Decimal(0))
        tax = round(total * trade.profile.vat / 100, 2)
        done = all(line.received == line.quantity for line in order.lines)
        waiting = [(line.quantity - line.received, line.price) for line in order.lines]
        totals = {
            "lineTotal": total,
            "vatExemptTotal": Decimal(0),
            "taxTotal": tax,
            "orderTotal": total + tax,
            "controlTotal": total + tax,
        }
        body = dto(
            "PurchaseOrder",
            shippingDestinationType="CompanyLocation",
            warehouse=dto("IdDescription", id="1", description="Main"),
            terms=terms(order.party),
            supplierVatZone=vat_zone(),
            discountDetails=[],
            dontPrint=False,
            printed=True,
            dontEmail=False,
            emailed=True,
            openQuantity=sum((quantity for quantity, _ in waiting), Decimal(0)),
            openBalance=money(sum((round(q * price, 2) for q, price in waiting), Decimal(0))),
            orderType="RegularOrder",
            orderNbr=order.number,
            hold=False,
            status="Closed" if done else "Open",
            date=at_midnight(order.day),
            promisedOn=at_midnight(order.day + dt.timedelta(days=9)),
            description=f"Order {order.number}",
            supplier=_party(order.party),
            currency=company.currency,
            exchangeRate=ONE,
            branch=company.branches[order.branch],
            lines=[self._order_line(order, line) for line in order.lines],
            taxDetails=[],
            purchaseReceipts=order.receipts,
            lastModifiedDateTime=order.stamp,
            **{
                name + end: money(v) for name, v in totals.items() for end in ("", "InBaseCurrency")
            },
        )
        with company.books.arrived(order.seq):
            company.put(PURCHASE_ORDER, body, "RegularOrder", order.number)

    def _order_line(self, order: Order, line: OrderLine) -> dict[str, Any]:
        company = self._company
        return dto(
            "PurchaseOrderLine",
            lineNbr=line.number,
            branch=company.branches[order.branch],
            inventory=dto("NumberDescription", number=line.item, description=line.name),
            lineType="GoodsForInventory",
            warehouse=dto("IdDescription", id="1", description="Main"),
            lineDescription=line.name,
            uom="EA",
            orderQty=line.quantity,
            baseOrderQty=line.quantity,
            qtyOnReceipts=line.received,
            unitCost=money(line.price),
            unitCostInBaseCurrency=money(line.price),
            extCost=money(line.amount),
            discountPercent=ZERO,
            discountAmount=ZERO,
            manualDiscount=False,
            amount=money(line.amount),
            receivedAmt=money(round(line.received * line.price, 2)),
            receiptAction="AcceptButWarn",
            account=company.short_account("1400"),
            sub=company.nested_subaccount(_PRODUCTION),
            requested=at_midnight(order.day),
            promised=at_midnight(order.day + dt.timedelta(days=9)),
            completed=line.received == line.quantity,
            canceled=False,
            orderType="RegularOrder",
            orderNumber=order.number,
        )


def _party(party: Party) -> dict[str, Any]:
    return dto("PartyName", internalId=party.internal_id, number=party.number, name=party.name)

"""The shape of every record and nested part that the API stand-in serves: field names, in order."""

from __future__ import annotations

from typing import Any

from visma_looker_sandbox.shapes import MORE_SHAPES

#: Names of all fields per shape; a record's own `metadata` is added when it is served.
SHAPES: dict[str, tuple[str, ...]] = {
    name: tuple(fields.split())
    for name, fields in {
        "Supplier": """
            internalId number name status mainAddress mainContact accountReference parentRecord
            supplierClass creditTerms documentLanguage currencyId remitAddress remitContact
            paymentMethod cashAccount chargeBearer accountUsedForPayment paymentBy
            paymentLeadTime paymentRefDisplayMask paySeparately supplierAddress supplierContact
            location vatRegistrationId corporateId vatZone glAccounts attributes
            lastModifiedDateTime supplierPaymentMethodDetails retainageApply
            retainageCashAccountID retainagePct note numberOfEmployees naceCode
            landedCostSupplier currencyOverride currencyRateOverride timeStamp errorInfo
        """,
        "SupplierGlAccounts": """
            supplierAccount supplierSubaccount expenseAccount expenseAccountNonTax
            expenseEUAccount expenseAccountImport expenseSubaccount
        """,
        "Customer": """
            internalId number name status mainAddress mainContact accountReference parentRecord
            customerClass creditTerms currencyId creditVerification creditLimit
            creditDaysPastDue invoiceAddress invoiceContact printInvoices acceptAutoInvoices
            sendInvoicesByEmail sendDunningLettersViaEMail printDunningLetters printStatements
            sendStatementsByEmail printMultiCurrencyStatements statementType deliveryAddress
            deliveryContact vatRegistrationId corporateId gln vatZone location attributes
            lastModifiedDateTime createdDateTime directDebitLines priceClass glAccounts
            invoiceToDefaultLocation eInvoiceContract paymentMethods defaultPaymentMethodId
            numberOfEmployees excludeDebtCollection timeStamp errorInfo
        """,
        "CustomerGlAccounts": """
            customerLedgerAccount customerLedgerSubaccount salesAccount salesNonTaxableAccount
            salesEuAccount salesExportAccount salesSubaccount discountAccount discountSubaccount
            freightAccount freightSubaccount cashDiscountAccount cashDiscountSubaccount
            prepaymentAccount prepaymentSubaccount
        """,
        "EInvoiceContract": "fInvoiceContractID fInvoiceIntermediatorID",
        "CustomerPaymentMethod": "paymentMethodId isDefault",
        "CustomerDirectDebit": """
            id mandateId mandateDescription dateOfSignature isDefault oneTime bic iban
            lastCollectionDate maxAmount expirationDate branch
        """,
        "Address": """
            addressId addressLine1 addressLine2 addressLine3 postalCode city country county
        """,
        "Country": "id name errorInfo metadata",
        "Contact": "contactId name attention email web phone1 phone2 fax",
        "Location": "countryId id name",
        "VatZone": "id description defaultVatCategory defaultTaxCategory errorInfo metadata",
        "PaymentMethodDetail": """
            paymentMethodDetailDescription paymentMethodDetailValue
            paymentMethodDetailBankingDetailType paymentMethodDetailID
        """,
        "NumberName": "number name",
        "NumberDescription": "number description",
        "IdDescription": "id description",
        "IdName": "id name",
        "GlAccount": "type number description",
        "GlSubaccount": "active id description",
        "LineAccount": "type externalCode1 externalCode2 active number description",
        "SupplierInvoice": """
            taxDetailLines attachments approvalDetails invoiceLines landedCosts hold
            exchangeRate paymentRefNo originalReferenceNumber creditTerms retainageApply
            cashDiscountDate detailTotal detailTotalInCurrency discountTotal
            discountTotalInCurrency vatTaxableTotal vatTaxableTotalInCurrency vatExemptTotal
            vatExemptTotalInCurrency withholdingTax withholdingTaxInCurrency buyerReference
            roundingDiff roundingDiffInCurrency amount vatAmount taxCalculationMode
            supplierTaxZone paySelected curyRetainageTotal curyRetainageUnreleasedAmt
            documentVersionNumber supplier documentType referenceNumber postPeriod
            financialPeriod date origInvoiceDate dueDate approvalStatus status currencyId
            balance balanceInCurrency cashDiscount cashDiscountInCurrency paymentMethod
            supplierReference description createdDateTime lastModifiedDateTime note
            closedFinancialPeriod location vatTotal vatTotalInCurrency branchNumber payDate
            paymentMessage cashAccount timeStamp errorInfo
        """,
        "SupplierInvoiceLine": """
            lineNumber inventoryNumber externalInventoryId stockItem transactionDescription
            quantity uom unitCost unitCostInCurrency cost costInCurrency discountPercent
            discountAmount discountAmountInCurrency discountUnitCost discountUnitCostInCurrency
            manualDiscount account subaccount prebookAccount prebookSubaccount deferralSchedule
            deferralScheduleNbr deferralCode vatCode poNumber poLineNr poReceiptNbr
            poReceiptLineNbr branchNumber note splitHierarchy project projectTask attachments
            retainagePct curyRetainageAmt termStartDate termEndDate
        """,
        "DocumentSupplier": "internalId number name",
        "TaxDetail": "taxId recordId vatId vatRate taxableAmount vatAmount expenseAmount",
        "Approval": "attachmentID comment",
        "CustomerInvoice": """
            creditTerms documentDueDate cashDiscountDate externalReference isRotRutDeductible
            exchangeRate dunningLetterDate dunningLetterLevel contact attachments taxDetails
            invoiceLines sendToAutoInvoice roundingDiff customerVatZone startDate endDate
            accountingCostRef originatorDocRef contractDocRef childRecord directDebitMandate
            excludeDebtCollection debtCollection timeStamp hold discountTotal
            discountTotalInCurrency detailTotal detailTotalInCurrency vatTaxableTotal
            vatTaxableTotalInCurrency vatExemptTotal vatExemptTotalInCurrency salesPersonID
            salesPersonDescr salesPerson paymentReference invoiceAddress invoiceContact
            applications dontPrint dontEmail revoked customer documentType referenceNumber
            postPeriod financialPeriod closedFinancialPeriod documentDate origInvoiceDate status
            currencyId amount amountInCurrency balance balanceInCurrency cashDiscount
            cashDiscountInCurrency paymentMethod customerRefNumber invoiceText
            lastModifiedDateTime createdDateTime note vatTotal vatTotalInCurrency location
            branchNumber cashAccount project account subaccount customerProject errorInfo
        """,
        "CustomerInvoiceLine": """
            termStartDate termEndDate isRotRutDeductible itemType typeOfWork deductableAmount
            attachments projectTask lineType startDate endDate soShipmentNbr soOrderType
            soOrderNbr lineNumber inventoryNumber description quantity unitPrice
            unitPriceInCurrency manualAmount manualAmountInCurrency amount cost amountInCurrency
            account vatCode uom discountPercent discountAmount discountAmountInCurrency
            manualDiscount subaccount salesperson seller deferralSchedule deferralCode
            discountCode note branchNumber externalLink
        """,
        "DocumentAddress": """
            addressId addressLine1 addressLine2 addressLine3 postalCode city country county
            overrideAddress
        """,
        "DocumentContact": "contactId businessName attention email phone1 overrideContact",
        "Application": """
            docType customerCD refNbr amountPaid cashDiscountTaken balance pendingPPD released
            hold voided ppdCrMemoRefNbr paymentRef status applicationDate applicationPeriod
            invoiceText
        """,
        "Account": """
            accountID accountCD accountGroupCD accountClass type active description
            accountClassDescription useDefaultSub postOption currency taxCategory cashAccount
            publicCode1 lastModifiedDateTime externalCode1Info externalCode2Info
            analisysCodeInfo controlAccountModule allowManualEntry timeStamp errorInfo
        """,
        "Subaccount": """
            subaccountNumber subaccountId description lastModifiedDateTime active segments
            timeStamp errorInfo
        """,
        "SubaccountSegment": "segmentId segmentDescription segmentValue segmentValueDescription",
        "Dimension": "id length description segments",
        "Segment": """
            internalId segmentId description length publicId timeStamp lastModified validate
            segmentValues isAutoNumber consolNumChar consolOrder
        """,
        "SegmentValue": """
            internalId segmentId valueId description publicId active timeStamp lastModified
            mappedSegValue
        """,
        "Ledger": """
            internalId number description balanceType currencyId consolidationSource
            consolBranch branchAccounting lastModifiedDateTime postInterCompany
        """,
        "FinancialPeriod": """
            year period startDate endDate description active closedInSupplierLedger
            closedInCustomerLedger closedInInventoryManagement closedInGeneralLedger
            closedInCashManagement closedInFixedAssets
        """,
        "JournalTransaction": """
            module batchNumber status hold transactionDate postPeriod financialPeriod ledger
            ledgerDescription currencyId exchangeRate autoReversing reversingEntry description
            originalBatchNumber debitTotal debitTotalInCurrency creditTotal
            creditTotalInCurrency controlTotal controlTotalInCurrency createVatTransaction
            skipVatAmountValidation lastModifiedDateTime transactionCode
            transactionCodeDescription branch timeStamp journalTransactionLines attachments
            errorInfo
        """,
        "JournalTransactionLine": """
            lineNumber accountNumber description subaccount referenceNumber debitAmount
            debitAmountInCurrency creditAmount creditAmountInCurrency transactionDescription
            vatCode vat branch customerSupplier transactionType module uom project projectTask
            attachments quantity inventoryNumber note
        """,
        "Attachment": "name id revision",
        "Project": "internalId id description",
        **MORE_SHAPES,
    }.items()
}
#: Every shape with nothing filled in.
_EMPTY = {name: dict.fromkeys(fields) for name, fields in SHAPES.items()}

#: What nested parts that reuse a listed shape carry.
NO_METADATA = {"totalCount": 0, "maxPageSize": 0}


def dto(shape: str, **values: Any) -> dict[str, Any]:
    """Make one record or part with every field of its shape.

    Args:
        shape: Name in `SHAPES`.
        **values: The fields that are known; the others become null.

    Returns:
        The fields in the order of the shape.

    Raises:
        ValueError: A value for a field that the shape does not have.
    """
    empty = _EMPTY[shape]
    record = {**empty, **values}
    if len(record) > len(empty):
        raise ValueError(f"{shape} has no field {sorted(values.keys() - empty.keys())}.")
    return record


def filled(shape: str, **values: Any) -> dict[str, Any]:
    """As `dto`, for values that several shapes share: those it has no field for are left out."""
    empty = _EMPTY[shape]
    return {**empty, **{name: value for name, value in values.items() if name in empty}}

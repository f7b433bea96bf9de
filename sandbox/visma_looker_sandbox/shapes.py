"""Fields of further shapes: balances, payments, purchasing, projects, reference data."""

from __future__ import annotations

MORE_SHAPES: dict[str, str] = {
    "SupplierDocument": """
        account subaccount amount amountInCurrency branch supplier documentType
        referenceNumber postPeriod financialPeriod date origInvoiceDate dueDate
        approvalStatus status currencyId balance balanceInCurrency cashDiscount
        cashDiscountInCurrency paymentMethod supplierReference description
        createdDateTime lastModifiedDateTime note closedFinancialPeriod location
        vatTotal vatTotalInCurrency branchNumber payDate paymentMessage cashAccount
        timeStamp errorInfo
    """,
    "SupplierPayment": """
        type documentType refNbr status hold applicationDate applicationPeriod
        paymentRef supplier location paymentMethod cashAccount currency description
        paymentAmount financeCharges balance unappliedBalance appliedAmount released
        lastModifiedDateTime branch paymentLines timeStamp errorInfo
    """,
    "SupplierPaymentLine": """
        branch batchNumber docType invoiceRefNbr amountPaid cashDiscountTaken
        withholdingTax applicationPeriod date dueDate cashDiscountDate balance
        cashDiscountBalance description currency postPeriod supplierRef
    """,
    "SupplierBalance": """
        branchNumber supplier balance unreleasedPurchasesNotInApproval
        totalSentForApproval totalPurchaseInvoicePeriod totalPurchaseInvoiceYear
        lastModifiedDateTime
    """,
    "PartyName": "internalId number name",
    "WithoutWithVat": "withoutVat withVat",
    "CustomerCreditNote": """
        creditTerms documentDueDate cashDiscountDate externalReference
        isRotRutDeductible exchangeRate dunningLetterDate dunningLetterLevel contact
        attachments taxDetails lines roundingDiff customerVatZone sendToAutoInvoice
        childRecord timeStamp hold discountTotal discountTotalInCurrency detailTotal
        detailTotalInCurrency vatTaxableTotal vatTaxableTotalInCurrency vatExemptTotal
        vatExemptTotalInCurrency salesPersonID salesPersonDescr salesPerson
        paymentReference invoiceAddress invoiceContact applications dontPrint
        dontEmail revoked customer documentType referenceNumber postPeriod
        financialPeriod closedFinancialPeriod documentDate origInvoiceDate status
        currencyId amount amountInCurrency balance balanceInCurrency cashDiscount
        cashDiscountInCurrency paymentMethod customerRefNumber invoiceText
        lastModifiedDateTime createdDateTime note vatTotal vatTotalInCurrency location
        branchNumber cashAccount project account subaccount customerProject errorInfo
    """,
    "CustomerDebitNote": """
        creditTerms documentDueDate cashDiscountDate externalReference
        isRotRutDeductible exchangeRate dunningLetterDate dunningLetterLevel contact
        attachments taxDetails lines roundingDiff customerVatZone childRecord
        timeStamp hold discountTotal discountTotalInCurrency detailTotal
        detailTotalInCurrency vatTaxableTotal vatTaxableTotalInCurrency vatExemptTotal
        vatExemptTotalInCurrency salesPersonID salesPersonDescr salesPerson
        paymentReference invoiceAddress invoiceContact applications dontPrint
        dontEmail revoked customer documentType referenceNumber postPeriod
        financialPeriod closedFinancialPeriod documentDate origInvoiceDate status
        currencyId amount amountInCurrency balance balanceInCurrency cashDiscount
        cashDiscountInCurrency paymentMethod customerRefNumber invoiceText
        lastModifiedDateTime createdDateTime note vatTotal vatTotalInCurrency location
        branchNumber cashAccount project account subaccount customerProject errorInfo
    """,
    "CustomerCreditNoteLine": """
        termStartDate termEndDate isRotRutDeductible itemType typeOfWork
        deductableAmount soShipmentNbr soOrderType soOrderNbr attachments projectTask
        lineNumber inventoryNumber description quantity unitPrice unitPriceInCurrency
        manualAmount manualAmountInCurrency amount cost amountInCurrency account
        vatCode uom discountPercent discountAmount discountAmountInCurrency
        manualDiscount subaccount salesperson seller deferralSchedule deferralCode
        discountCode note branchNumber externalLink
    """,
    "CustomerDebitNoteLine": """
        termStartDate termEndDate isRotRutDeductible itemType typeOfWork
        deductableAmount attachments soShipmentNbr soOrderType soOrderNbr lineNumber
        inventoryNumber description quantity unitPrice unitPriceInCurrency
        manualAmount manualAmountInCurrency amount cost amountInCurrency account
        vatCode uom discountPercent discountAmount discountAmountInCurrency
        manualDiscount subaccount salesperson seller deferralSchedule deferralCode
        discountCode note branchNumber externalLink
    """,
    "CustomerDocument": """
        documentDueDate branch customer documentType referenceNumber postPeriod
        financialPeriod closedFinancialPeriod documentDate origInvoiceDate status
        currencyId amount amountInCurrency balance balanceInCurrency cashDiscount
        cashDiscountInCurrency paymentMethod customerRefNumber invoiceText
        lastModifiedDateTime createdDateTime note vatTotal vatTotalInCurrency location
        branchNumber cashAccount project account subaccount customerProject errorInfo
    """,
    "CustomerPayment": """
        type refNbr status hold applicationDate applicationPeriod paymentRef customer
        location paymentMethod cashAccount currency paymentAmount invoiceText
        appliedToDocuments appliedToOrders availableBalance writeOffAmount
        financeCharges deductedCharges branch lastModifiedDateTime paymentLines
        ordersToApply financialDetails paymentAmountInCurrency
        availableBalanceInCurrency timeStamp errorInfo
    """,
    "CustomerPaymentLine": """
        documentType refNbr amountPaid cashDiscountTaken balanceWriteOff
        writeOffReasonCode date dueDate cashDiscountDate balance cashDiscountBalance
        description currency postPeriod customerOrder crossRate
    """,
    "FinancialDetails": "paymentDate",
    "CustomerBalance": """
        customer balance totalOrder totalLoan totalSalePeriod totalSaleYear
        totalDiscountPeriod totalDiscountYear lastModified
    """,
    "Branch": """
        branchId number name organizationId isMainBranch isActive lastModifiedDateTime
        corporateId vatRegistrationId mainAddress mainContact deliveryAddress
        deliveryContact defaultCountry industryCode currency vatZone ledger
        bankSettings
    """,
    "Organization": """
        organizationCd name organizationType fileTaxByBranches baseCurrency
        mainAddress mainContact deliveryAddress deliveryContact corporateId
        vatRegistrationId defaultCountry industryCode currency vatZone
        lastModifiedDateTime ledger bankSettings branches timeStamp
    """,
    "BranchCurrency": "id description symbol",
    "BankSettings": """
        bankName bankAddress1 bankAddress2 bankAddress3 bankCountry iban bban bbaN2
        bbaN3 bic creditorId
    """,
    "GlTransaction": """
        lineNumber module batchNumber tranDate period description refNumber branch
        account ledger subaccount begBalance debitAmount creditAmount endingBalance
        currency currBegBalance currDebitAmount currCreditAmount currEndingBalance
        lastModifiedDateTime errorInfo
    """,
    "GlAccountInfo": """
        type externalCode1 externalCode2 externalCode1Info externalCode2Info
        glConsolAccountCD number description
    """,
    "GlBalance": """
        branch ledger balanceType financialPeriod account subaccount subaccountId
        subAccountCd currencyId periodToDateDebit periodToDateCredit beginningBalance
        yearToDateBalance periodToDateDebitInCurrency periodToDateCreditInCurrency
        beginningBalanceInCurrency yearToDateBalanceInCurrency yearClosed
        lastModifiedDateTime errorInfo
    """,
    "GlBalanceSubaccount": "subaccountNumber subaccountId",
    "Budget": """
        financialYear released releasedAmount account subaccount description amount
        distributedAmount periods lastModifiedDateTime branchNumber timeStamp
    """,
    "BudgetPeriod": "periodId amount",
    "PurchaseOrder": """
        shippingDestinationType shipTo shippingLocation warehouse shippingContact
        shippingAddress fobPoint shipVia shipTerms remitContact remitAddress terms
        supplierVatZone discountDetails salesOrderType salesOrderNbr requisitionRefNbr
        paymentRefNbr workgroupID dontPrint printed dontEmail emailed openQuantity
        openBalance orderType orderNbr hold status date promisedOn description
        supplier location owner currency supplierRef exchangeRate lineTotal
        lineTotalInBaseCurrency vatExemptTotal vatExemptTotalInBaseCurrency taxTotal
        taxTotalInBaseCurrency orderTotal orderTotalInBaseCurrency controlTotal
        controlTotalInBaseCurrency branch lines taxDetails purchaseReceipts
        lastModifiedDateTime note customStr1 customStr2 customStr3 customStr4
        customStr5 customDec1 customDec2 customInt1 customInt2 customDateTimeUTC1
        timeStamp errorInfo
    """,
    "PurchaseOrderLine": """
        lineNbr branch inventory lineType warehouse lineDescription uom orderQty
        baseOrderQty qtyOnReceipts unitCost unitCostInBaseCurrency extCost
        discountPercent discountAmount manualDiscount discountCode amount receivedAmt
        alternateId minReceipt maxReceipt completeOn receiptAction taxCategory account
        sub project projectTask requested promised completed canceled orderType
        orderNumber note customStr1 customStr2 customStr3 customStr4 customStr5
        customDec1 customDec2 customInt1 customInt2 customDateTimeUTC1
    """,
    "PurchaseOrderReceipt": "type receiptNumber status supplierName currency totalQty totalAmt",
    "PurchaseReceipt": """
        landedCost note timeStamp receiptType receiptNbr hold status date postPeriod
        warehouse supplier location currency exchangeRate createBill supplierRef
        totalQty controlQty vatExemptTotal vatTaxableTotal totalAmt controlTotal
        lastModifiedDateTime branchNumber lines dueDate customStr1 customStr2
        customStr3 customStr4 customStr5 customDec1 customDec2 customInt1 customInt2
        customDateTimeUTC1 errorInfo
    """,
    "PurchaseReceiptLine": """
        allocations note baseReceiptQty lineNbr branch branchNumber inventory lineType
        warehouse location transactionDescription uom orderQty openQty receiptQty
        unitCost discountUnitCost extCost discountPercent discountAmount
        manualDiscount discountCode amount taxCategory account accountDescription sub
        actualAccount actualSub project projectTask expirationDate lotSerialNumber
        poOrderType poOrderNbr poOrderLineNbr transferOrderType transferOrderNbr
        transferOrderLineNbr completePoLine customStr1 customStr2 customStr3
        customStr4 customStr5 customDec1 customDec2 customInt1 customInt2
        customDateTimeUTC1
    """,
    "Allocation": "lineNbr itemId location lotSerialNumber quantity uom expirationDate description",
    "ProjectRecord": """
        internalID projectID customer hold status template description assets
        liability income expenses startDate endDate projectManager restrictEmployees
        restrictEquipment visibility defAccount defSub defAccrualAccount defAccrualSub
        billingPeriod nextBillingDate lastBillingDate customerLocation allocationRule
        billingRule branch rateTable autoAllocate automaticReleaseAr
        lastModifiedDateTime tasks employees publicId systemTemplate timeStamp
        attributes note errorInfo
    """,
    "ProjectTask": """
        taskId description plannedStart plannedEnd startDate endDate branch rateTable
        status restrictEmployees visibility timeStamp employees attributes
    """,
    "ProjectTaskRecord": """
        internalId projectInternalId defAccount defSub defAccrualAccount defAccrualSub
        taxCategory lastModifiedDateTime createdDateTime taskId description
        plannedStart plannedEnd startDate endDate branch rateTable status
        restrictEmployees visibility timeStamp employees attributes
    """,
    "Visibility": """
        visibleInGl visibleInAp visibleInAr visibleInSo visibleInPo visibleInEa
        visibleInTa visibleInIn visibleInCa visibleInCr
    """,
    "ProjectBudget": """
        projectID projectTaskID accountGroupID inventoryNumber description uom rate
        originalBudgetQty originalBudgetAmount revisedBudgetQty revisedBudgetAmount
        actualQty actualAmount type committedQty committedAmount committedOpenQty
        committedOpenAmount committedReceivedQty committedInvoicedQty
        committedInvoicedAmount errorInfo
    """,
    "ProjectTransaction": """
        refNbr description origDocNbr status module origDocType note timeStamp lines
        errorInfo
    """,
    "ProjectTransactionLine": """
        tranId date inventoryId description uom quantity unitRate amount billable
        released allocated billableQuantity financialPeriod batchNbr useBillableQty
        startDate endDate lastModifiedDateTime earningType overtimeMultiplier project
        projectTask debitAccount debitSubaccount creditAccount creditSubaccount branch
        employee customerVendor accountGroup debitAccountGroup creditAccountGroup
        location note errorInfo metadata
    """,
    "Inventory": """
        inventoryId inventoryNumber status type description body itemClass
        postingClass vatCode lotSerialClass defaultPrice pendingCost pendingCostDate
        currentCost effectiveDate lastCost lastModifiedDateTime baseUnit salesUnit
        purchaseUnit stockItem kitItem accountInformation costPriceStatistics
        crossReferences attachments attributes warehouseDetails inventoryUnits
        defaultWarehouse defaultIssueFrom defaultReceiptTo supplierDetails
        salesCategories packaging intrastat recommendedPrice priceManagerID
        priceManager priceClass priceWorkgroupID priceClassID note timestamp errorInfo
    """,
    "ItemClass": "type attributes id description errorInfo metadata",
    "PostingClass": "id description metadata",
    "ItemAccounts": """
        expenseAccrualAccount inventoryAccount expenseAccount cogsAccount
        expenseNonTaxableAccount expenseEuAccount expenseImportAccount
        expenseSubaccount cogsSubaccount salesAccount salesNonTaxableAccount
        salesEuAccount salesExportAccount salesSubaccount
    """,
    "CostPrice": "lastCost averageCost minCost maxCost",
    "WarehouseDetail": """
        isDefault warehouse quantityOnHand available availableForShipment
        lastModifiedDateTime
    """,
    "InventoryUnit": """
        unitType itemClass inventoryID toUnit sampleToUnit fromUnit unitMultDiv
        unitRate priceAdjustmentMultiplier recordID
    """,
    "CrossReference": "alternateType bAccount alternateID description uom timestamp",
    "Department": """
        departmentId publicId description expenseAccount expenseSubaccount
        lastModifiedDateTime timeStamp
    """,
    "Employee": """
        employeeUserId employeeId employeeNumber employeeName status department
        contact address lastModifiedDateTime employeeClass branch calendarID
        employeeLogin workGroupDescription timeStamp errorInfo
    """,
    "EmployeeContact": """
        employeeContact title firstName midName lastName phone3 contactId name
        attention email web phone1 phone2 fax
    """,
    "FixedAsset": """
        assetID recordType parentAssetID description classID isTangible quantity
        depreciable usefulLife accounts details bookBalance location propertyTax type
        lastModifiedDateTime errorInfo
    """,
    "FixedAssetAccounts": """
        accountID subAccountID accrualAccountID accrualSubAccountID
        accumulatedDepreciationAccountID accumulatedDepreciationSubAccountID
        depreciatedExpenseAccountID depreciatedExpenseSubAccountID disposalAccountID
        disposalSubAccountID gainAccountID gainSubAccountID lossAccountID
        lossSubAccountID debitAccountID debitSubAccountID creditAccountID
        creditSubAccountID
    """,
    "FixedAssetDetails": """
        propertyType status receiptDate depreciateFromDate acquisitionCost
        salvageAmount disposalDate disposalPeriodID disposalMethodID saleAmount
        billNumber serialNumber disposalMethod leaseAndRentInfo
    """,
    "BookInBalance": "bookID description",
    "FixedAssetBalance": """
        acquisitionCost depreciationMethodID depreciationFromDate
        depreciationFromPeriod depreciationToPeriod lastDepreciationPeriod
        salvageAmount usefulLife book
    """,
    "FixedAssetLocation": "departmentID branchID",
    "FixedAssetType": "assetTypeID description",
    "FixedAssetTransaction": """
        refNo lineNo branchID origin assetID transactionDescription bookID
        transactionType accounts transactionAmount batchNo transactionPeriodID
        transactionDate register lastModifiedDateTime errorInfo
    """,
    "FixedAssetPosting": "debitAccountID debitSubAccountID creditAccountID creditSubAccountID",
    "FixedAssetRegister": "documentDate status hold",
    "Currency": "id description symbol isBaseCurrency decimalPrecision isUsedForAccounting",
    "CurrencyRate": """
        id fromCurrencyId toCurrencyId rateType rate effectiveDate multDiv
        rateReciprocal timeStamp
    """,
    "CreditTerm": """
        termsId description visibleTo dueDateType moveDueDateIfOnTheWeekend dueDay1
        dueDay1DayFrom1 dueDay1DayTo1 dueDay2 dueDay2DayFrom1 dueDay2DayTo1
        discountType discountDay discountPercent delayDays calculationType
        instalmentType numberOfInstalments instalmentFrequency instalmentMethod
        instalmentsSchedule createdDateTime lastModifiedDateTime
    """,
    "InstalmentSchedule": "days percent",
    "VatCode": """
        vatCategoryId vatId description type deductibleVat reverseVat statisticalVat
        pendingVat includeinVatExemptTotal includeinVatTotal enterFromVatInvoice
        calculateOn cashDiscount vatAgencyId notValidAfter euReportCode documentText
        defaultNonStockItem vismaXmlVatType lastModifiedDateTime glAccounts schedules
        categories zones
    """,
    "VatAccounts": """
        vatPayableAccount vatPayableSubaccount vatClaimableAccount
        vatClaimableSubccount
    """,
    "VatSchedule": """
        startDate vatRate minTaxableAmt maxTaxableAmt reportingGroup deductibleVatRate
        groupType
    """,
    "VatCategory": """
        vatCategoryId description active excludeListedTaxes lastModifiedDateTime
        vatCategoryLines
    """,
    "VatCategoryLine": "vatId vendorCd description type calculateOn cashDiscount vatRates",
    "VatRate": "revisionID vatRate groupType startDate",
    "CashAccount": "lastModifiedDateTime entryTypes currency account subaccount number description",
    "EntryType": """
        entryTypeId disableReceipt module defaultOffsetAccountBranch
        defaultOffsetAccount defaultOffsetSubaccount reclasificationAccount
        businessAccount description useForPaymentsReclasification
        reclasificationAccountOverride offsetAccountOverride offsetSubaccountOverride
        offsetAccountBranch vatZone taxCalculationMode lastModifiedDateTime
    """,
    "OrderContact": "overrideContact contactId name attention email web phone1 phone2 fax",
}

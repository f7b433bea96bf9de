-- Lines of supplier documents in what they cost: without VAT, after all discounts, before retainage,
-- and on the account and subaccount that they were bought for.
with headers as (

    select
        company_id,
        document_type,
        reference_number,
        tax_calculation_mode,
        detail_total as detail_total_base,
        coalesce(detail_total_in_currency, detail_total) as detail_total_currency,
        discount_total as discount_total_base,
        coalesce(discount_total_in_currency, discount_total) as discount_total_currency,
        vat_total as vat_total_base,
        coalesce(vat_total_in_currency, vat_total) as vat_total_currency
    from {{ ref('stg_visma__supplier_invoices') }}
    where not is_deleted

),

lines as (

    select
        company_id,
        document_type,
        reference_number,
        coalesce(line_number, line_ordinal) as line_number,
        coalesce(cost, 0) as sent_base,
        coalesce(cost_in_currency, cost, 0) as sent_currency,
        coalesce(discount_amount, 0) as line_discount_base,
        coalesce(discount_amount_in_currency, discount_amount, 0) as line_discount_currency,
        coalesce(cury_retainage_amt, 0) as retainage_currency,
        vat_code_id as vat_code,
        branch_number,
        account_number,
        subaccount_id,
        prebook_account_number,
        prebook_subaccount_id,
        inventory_number,
        transaction_description as description,
        quantity,
        uom,
        project_id as project,
        project_task_id as project_task,
        deferral_code,
        term_start_date,
        term_end_date,
        po_number,
        po_receipt_nbr,
        po_receipt_line_nbr
    from {{ ref('stg_visma__supplier_invoice_lines') }}
    where not is_deleted

),

taxes as (

    select
        company_id,
        document_type,
        reference_number,
        coalesce(vat_id, tax_id) as vat_code,
        sum(vat_amount) as vat_currency,
        sum(expense_amount) as expense_currency
    from {{ ref('stg_visma__supplier_invoice_tax_lines') }}
    where not is_deleted
    group by 1, 2, 3, 4

)

{{ net_lines() }},

-- Where a line is posted, and what it was bought for: these differ for what is matched to a receipt
-- and for what waits on the accounts for prebooking.
placed as (

    select
        net_lines.*,
        documents.status_class,
        documents.spend_sign,
        case
            when documents.status_class = 'prebooked'
                then coalesce(net_lines.prebook_account_number, net_lines.account_number)
            else net_lines.account_number
        end as posted_account_number,
        case
            when documents.status_class = 'prebooked'
                then coalesce(net_lines.prebook_subaccount_id, net_lines.subaccount_id)
            else net_lines.subaccount_id
        end as posted_subaccount_id,
        net_lines.po_receipt_nbr is not null as is_receipt_matched,
        coalesce(
            net_lines.po_receipt_nbr is not null and accounts.account_type = 'Liability', false
        ) as is_on_accrual,
        receipts.account_number as receipt_account_number,
        receipts.subaccount_id as receipt_subaccount_id
    from net_lines
    inner join {{ ref('int_visma__ap_document_signed') }} as documents
        using (company_id, document_type, reference_number)
    left join {{ ref('int_visma__accounts') }} as accounts
        on accounts.company_id = net_lines.company_id
        and accounts.account_number = net_lines.account_number
    left join {{ ref('int_visma__ap_receipt_accounts') }} as receipts
        on receipts.company_id = net_lines.company_id
        and receipts.receipt_nbr = net_lines.po_receipt_nbr
        and receipts.line_nbr = net_lines.po_receipt_line_nbr

),

resolved as (

    select
        company_id,
        document_type,
        reference_number,
        line_number,
        status_class,
        spend_sign,
        branch_number,
        case when is_on_accrual then coalesce(receipt_account_number, account_number)
            else account_number end as account_number,
        case when is_on_accrual and receipt_account_number is not null
                then coalesce(receipt_subaccount_id, subaccount_id)
            else subaccount_id end as subaccount_id,
        posted_account_number,
        posted_subaccount_id,
        is_on_accrual and receipt_account_number is null as is_grni,
        is_receipt_matched,
        inventory_number,
        description,
        quantity,
        uom,
        project,
        project_task,
        deferral_code,
        term_start_date,
        term_end_date,
        po_number,
        po_receipt_nbr,
        po_receipt_line_nbr,
        vat_code,
        is_vat_inclusive,
        is_estimated_allocation,
        {% for suffix in ['base', 'currency'] -%}
        spend_sign * line_{{ suffix }} as line_{{ suffix }},
        spend_sign * header_discount_{{ suffix }} as header_discount_{{ suffix }},
        spend_sign * net_{{ suffix }} as net_{{ suffix }},
        spend_sign * vat_{{ suffix }} as vat_{{ suffix }},
        spend_sign * lines_difference_{{ suffix }} as lines_difference_{{ suffix }},
        {% endfor -%}
        spend_sign * nondeductible_vat_base as nondeductible_vat_base,
        spend_sign * retainage_currency as retainage_currency
    from placed

),

typed as (

    select
        resolved.*,
        accounts.account_type,
        case
            when resolved.is_grni then 'grni'
            when resolved.deferral_code is not null then 'prepaid'
            else coalesce(classes.spend_class, 'other')
        end as spend_class
    from resolved
    left join {{ ref('int_visma__accounts') }} as accounts
        on accounts.company_id = resolved.company_id
        and accounts.account_number = resolved.account_number
    left join lateral (
        select rules.spend_class
        from {{ ref('spend_classes') }} as rules
        where {{ account_rule_applies('rules', 'resolved.company_id', 'accounts.account_type', 'resolved.account_number') }}
        order by rules.priority
        limit 1
    ) as classes on true

)

select
    typed.*,
    exclusions.exclusion as spend_exclusion,
    -- Only what is released counts, and only once.
    typed.status_class = 'posted' and typed.spend_sign <> 0 and exclusions.exclusion is null
        as is_spend
from typed
left join lateral (
    select rules.exclusion
    from {{ ref('spend_exclusions') }} as rules
    where {{ account_rule_applies('rules', 'typed.company_id', 'typed.account_type', 'typed.account_number') }}
        and coalesce(rules.document_type, typed.document_type) = typed.document_type
        and coalesce(rules.spend_class, typed.spend_class) = typed.spend_class
    order by rules.priority
    limit 1
) as exclusions on true

-- Every document of the supplier ledger, of all types, with its sign and class. The list of all
-- documents is the source, since only it has payments and both currencies; the invoices stand in
-- for what it does not hold.
with invoices as (

    select * from {{ ref('stg_visma__supplier_invoices') }} where not is_deleted

),

listed as (

    select * from {{ ref('stg_visma__supplier_documents') }} where not is_deleted

),

documents as (

    select
        listed.company_id,
        listed.document_type,
        listed.reference_number,
        listed.branch_number,
        listed.supplier_number,
        listed.date as document_date,
        listed.due_date,
        listed.financial_period,
        listed.closed_financial_period,
        listed.status,
        listed.approval_status,
        coalesce(invoices.hold, false) or listed.status = 'Reserved' as is_on_hold,
        listed.currency_id as currency,
        coalesce(listed.amount, 0) as document_amount_base,
        coalesce(listed.amount_in_currency, listed.amount, 0) as document_amount_currency,
        coalesce(listed.balance, 0) as document_balance_base,
        coalesce(listed.balance_in_currency, listed.balance, 0) as document_balance_currency,
        invoices.exchange_rate,
        listed.account_number,
        listed.supplier_reference,
        listed.description,
        listed.last_modified_date_time as modified_at,
        listed._extracted_at as read_at
    from listed
    left join invoices using (company_id, document_type, reference_number)

    union all

    -- The amount of an invoice is in its own currency only.
    select
        company_id,
        document_type,
        reference_number,
        branch_number,
        supplier_number,
        date,
        due_date,
        financial_period,
        closed_financial_period,
        status,
        approval_status,
        coalesce(hold, false) or status = 'Reserved',
        currency_id,
        round(coalesce(amount, 0) * coalesce(detail_total / nullif(detail_total_in_currency, 0), 1), 2),
        coalesce(amount, 0),
        coalesce(balance, 0),
        coalesce(balance_in_currency, balance, 0),
        exchange_rate,
        null::text,
        supplier_reference,
        description,
        last_modified_date_time,
        _extracted_at
    from invoices
    where not exists (
        select from listed
        where listed.company_id = invoices.company_id
            and listed.document_type = invoices.document_type
            and listed.reference_number = invoices.reference_number
    )

),

payments as (

    select company_id, type as payment_type, ref_nbr as reference_number, released as is_released
    from {{ ref('stg_visma__supplier_payments') }}
    where not is_deleted

)

{{ signed_documents('AP') }}

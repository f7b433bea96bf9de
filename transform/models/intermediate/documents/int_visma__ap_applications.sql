-- What payments, prepayments, refunds and credit notes take off documents of suppliers: one row per
-- line of a payment, since a payment may name a document several times.
with lines as (

    select
        payments.company_id,
        payments.type as payment_type,
        payments.ref_nbr as payment_number,
        lines.line_ordinal,
        lines.doc_type as document_type,
        lines.invoice_ref_nbr as reference_number,
        coalesce(lines.amount_paid, 0) as amount_paid,
        coalesce(lines.cash_discount_taken, 0) + coalesce(lines.withholding_tax, 0) as deductions,
        payments.payment_amount,
        lines.date as line_date,
        lines.application_period as line_period,
        payments.application_date as payment_date,
        payments.application_period as payment_period
    from {{ ref('stg_visma__supplier_payments') }} as payments
    inner join {{ ref('stg_visma__supplier_payment_lines') }} as lines
        on lines.company_id = payments.company_id
        and lines.type = payments.type
        and lines.ref_nbr = payments.ref_nbr
    where not payments.is_deleted

)

{{ applications(ref('int_visma__ap_document_signed')) }}

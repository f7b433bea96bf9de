{{ config(severity='warn') }}
-- Lines less discounts are the header's net, and net, VAT, rounding and withheld tax are what the
-- document amounts to. Rows are documents where Visma's own numbers differ: landed costs, retainage,
-- or an amount that was overwritten. Look at the document in Visma.
select
    company_id, document_type, reference_number, currency,
    detail_total_currency - discount_total_currency as header_net,
    net_currency as lines_net,
    lines_difference_currency,
    gross_currency,
    net_currency + vat_total_currency + rounding_diff_currency - withholding_tax_currency as computed_gross
from {{ ref('fct_supplier_invoice') }}
where lines_difference_base <> 0
    or lines_difference_currency <> 0
    or abs(
        net_currency + vat_total_currency + rounding_diff_currency - withholding_tax_currency
        - gross_currency
    ) > {{ var('reconciliation_tolerance') }}

union all

select
    company_id, document_type, reference_number, currency,
    detail_total_currency - discount_total_currency,
    net_currency,
    lines_difference_currency,
    gross_currency,
    net_currency + vat_total_currency
from {{ ref('fct_customer_invoice') }}
where lines_difference_base <> 0
    or lines_difference_currency <> 0
    or abs(net_base + vat_total_base + rounding_diff_base - gross_base)
    > {{ var('reconciliation_tolerance') }} + 0.01 * n_lines * (currency <> base_currency)::integer

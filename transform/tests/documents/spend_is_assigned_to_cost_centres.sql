{{ config(severity='warn') }}
-- Share of a company's spend without a cost centre. Rows are companies above the threshold: see
-- whether `visma_dimension_roles` names the right segment.
select
    company_id,
    sum(abs(spend_base)) filter (where cost_centre = 'unassigned') as unassigned_base,
    sum(abs(spend_base)) as spend_base
from {{ ref('fct_supplier_invoice_line') }}
group by company_id
having coalesce(sum(abs(spend_base)) filter (where cost_centre = 'unassigned'), 0)
    > {{ var('unassigned_threshold') }} * sum(abs(spend_base))

-- Batches dated outside of their period. Allowed in Visma, and often a slip: adjustments are not listed.
{{ config(severity='warn') }}
select distinct lines.company_id, lines.module, lines.batch_number, lines.transaction_date, lines.financial_period
from {{ ref('fct_gl_line') }} as lines
inner join {{ ref('dim_fiscal_period') }} as periods using (company_id, financial_period)
where not periods.is_adjustment
    and lines.transaction_date not between periods.start_date and periods.end_date

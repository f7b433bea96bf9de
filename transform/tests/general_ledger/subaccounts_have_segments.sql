-- A subaccount on a ledger line that cannot be taken apart has no cost centre: it is 'unassigned'.
{{ config(severity='warn') }}
select lines.company_id, lines.subaccount_id, count(*) as lines_found
from {{ ref('fct_gl_line') }} as lines
left join {{ ref('dim_subaccount') }} as subaccounts using (company_id, subaccount_id)
where lines.subaccount_id <> 'none' and coalesce(subaccounts.cost_centre, 'unassigned') = 'unassigned'
group by 1, 2

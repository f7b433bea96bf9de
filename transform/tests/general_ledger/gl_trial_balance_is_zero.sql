-- Closing balances of a ledger and period add up to zero: assets are liabilities, equity and result.
-- A warning, since balances that Visma has not sent yet break it for a while; the reconciliation says
-- where to look.
{{ config(severity='warn') }}
select company_id, ledger_id, financial_period, sum(closing_base) as difference
from {{ ref('rpt_trial_balance') }}
where ledger_type in ('Actual', 'Report')
group by 1, 2, 3
having sum(closing_base) <> 0

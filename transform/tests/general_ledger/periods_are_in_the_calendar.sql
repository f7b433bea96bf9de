-- Nothing is posted to a period that the company's calendar does not have. Not tested for a company
-- whose calendar was not loaded.
select company_id, financial_period
from {{ ref('dim_fiscal_period') }}
where not is_in_calendar
    and company_id in (select company_id from {{ ref('dim_fiscal_period') }} where is_in_calendar)

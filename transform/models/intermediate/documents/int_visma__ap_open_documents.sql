{{ config(materialized='view') }}
-- What is open now, by Visma's own balance: kept over time by a snapshot.
select *
from {{ ref('int_visma__ap_document_signed') }}
where balance_sign <> 0
    and status_class in ('posted', 'prebooked')
    and (balance_currency <> 0 or balance_base <> 0)

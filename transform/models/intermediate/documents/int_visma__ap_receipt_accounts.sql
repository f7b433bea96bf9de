-- Where goods and services of a receipt were bought for: its line's account, else its order's. An
-- invoice that is matched to a receipt is entered on the account for accruals instead.
with candidates as (

    select
        company_id,
        receipt_nbr,
        line_nbr,
        po_order_nbr,
        po_order_line_nbr,
        receipt_type,
        account_number,
        sub_id,
        actual_account_number,
        actual_sub_id
    from {{ ref('stg_visma__purchase_receipt_lines') }}
    where not is_deleted

),

found as (

    select
        candidates.company_id,
        candidates.receipt_nbr,
        candidates.line_nbr,
        candidates.receipt_type,
        choice.preference,
        choice.account_number,
        choice.subaccount_code
    from candidates
    left join {{ ref('stg_visma__purchase_order_lines') }} as orders
        on orders.company_id = candidates.company_id
        and orders.order_nbr = candidates.po_order_nbr
        and orders.line_nbr = candidates.po_order_line_nbr
        and not orders.is_deleted
    cross join lateral (
        values
        (1, candidates.account_number, candidates.sub_id),
        (2, candidates.actual_account_number, candidates.actual_sub_id),
        (3, orders.account_number, coalesce(orders.sub_subaccount_number, orders.sub_subaccount_id))
    ) as choice (preference, account_number, subaccount_code)

)

select distinct on (found.company_id, found.receipt_nbr, found.line_nbr)
    found.company_id,
    found.receipt_nbr,
    found.line_nbr,
    found.account_number,
    codes.subaccount_id
from found
inner join {{ ref('int_visma__accounts') }} as accounts
    on accounts.company_id = found.company_id
    and accounts.account_number = found.account_number
    and accounts.account_type <> 'Liability'
left join {{ ref('int_visma__subaccount_codes') }} as codes
    on codes.company_id = found.company_id
    and codes.code = found.subaccount_code
order by found.company_id, found.receipt_nbr, found.line_nbr, found.preference, found.receipt_type

{{ config(severity='warn') }}
-- What a supplier's document costs is what its journal posts beside the debt and the VAT, per
-- document: GL lines can be summed up, so lines cannot be compared. Rows: journals that were not
-- loaded, VAT that is a cost, or a journal that was corrected by hand.
with vat_accounts as (

    select company_id, gl_accounts_vat_payable_account_number as account_number
    from {{ ref('stg_visma__vat_codes') }}
    union
    select company_id, gl_accounts_vat_claimable_account_number
    from {{ ref('stg_visma__vat_codes') }}
    union
    select company_id, account_number
    from {{ ref('int_visma__accounts') }}
    where is_vat

),

-- Lines without a number belong to the document of their batch, where it has only one.
gl as (

    select
        *,
        coalesce(
            reference_number,
            case
                when min(reference_number) over batch = max(reference_number) over batch
                    then min(reference_number) over batch
            end
        ) as document_number
    from {{ ref('fct_gl_line') }}
    where module = 'AP' and ledger_type = 'Actual'
    window batch as (partition by company_id, module, batch_number)

),

posted as (

    select gl.company_id, gl.document_type, gl.document_number as reference_number, sum(gl.amount_dr_cr_base) as amount
    from gl
    inner join {{ ref('int_visma__accounts') }} as accounts using (company_id, account_number)
    where accounts.control_account_module is null
        and not exists (
            select from vat_accounts
            where vat_accounts.company_id = gl.company_id
                and vat_accounts.account_number = gl.account_number
        )
    group by 1, 2, 3

)

select
    documents.company_id, documents.document_type, documents.reference_number,
    documents.net_base, documents.rounding_diff_base, documents.retainage_currency,
    posted.amount as posted_base
from {{ ref('fct_supplier_invoice') }} as documents
left join posted using (company_id, document_type, reference_number)
where documents.status_class in ('posted', 'prebooked')
    and abs(documents.net_base + documents.rounding_diff_base - coalesce(posted.amount, 0))
    > {{ var('reconciliation_tolerance') }}
    -- Nothing to compare with where the ledger names no documents.
    and exists (
        select from posted as read
        where read.company_id = documents.company_id and read.document_type is not null
    )

{{ config(indexes=[
    {'columns': ['company_id', 'financial_period', 'account_number']},
    {'columns': ['company_id', 'document_type', 'reference_number']},
    {'columns': ['company_id', 'supplier_number']},
    {'columns': ['company_id', 'cost_centre']},
]) }}
with batches as (

    select
        *,
        module as batch_module,
        regexp_replace(module, '^Module', '') as module_code
    from {{ ref('stg_visma__journal_batches') }}
    where not is_deleted and status in ({{ setting_list('posted_statuses') }})

),

lines as (

    select
        batches.company_id,
        coalesce(lines.branch, batches.branch, '') as branch_number,
        batches.ledger as ledger_id,
        batches.financial_period,
        batches.transaction_date,
        batches.module_code as module,
        batches.batch_number,
        coalesce(lines.line_number, lines.line_ordinal) as line_number,
        lines.account_number,
        coalesce(nullif(lines.subaccount_id, ''), 'none') as subaccount_id,
        lines.project_id as project,
        lines.project_task_id as project_task,
        lines.customer_supplier,
        lines.transaction_type,
        types.document_type,
        lines.reference_number,
        coalesce(lines.transaction_description, lines.description) as description,
        batches.description as batch_description,
        coalesce(lines.vat_code_id, lines.vat_id) as vat_code,
        lines.inventory_number,
        lines.quantity,
        batches.currency_id as currency,
        coalesce(lines.debit_amount, 0) as debit_base,
        coalesce(lines.credit_amount, 0) as credit_base,
        coalesce(lines.debit_amount_in_currency, 0) as debit_currency,
        coalesce(lines.credit_amount_in_currency, 0) as credit_currency,
        coalesce(batches.reversing_entry, false) as is_reversal,
        coalesce(batches.auto_reversing, false) as is_auto_reversing,
        batches.original_batch_number,
        batches.last_modified_date_time as modified_at
    from batches
    inner join {{ ref('stg_visma__journal_lines') }} as lines
        on lines.company_id = batches.company_id
        and lines.module = batches.batch_module
        and lines.batch_number = batches.batch_number
        and not lines.is_deleted
    left join {{ ref('visma_transaction_types') }} as types
        on types.module = batches.module_code and types.transaction_type = lines.transaction_type

)

select
    {{ surrogate_key([
        'lines.company_id', 'lines.module', 'lines.batch_number', 'lines.line_number',
    ]) }} as fct_gl_line_key,
    lines.company_id,
    lines.branch_number,
    lines.ledger_id,
    ledgers.balance_type as ledger_type,
    lines.financial_period,
    lines.transaction_date,
    lines.module,
    lines.batch_number,
    lines.line_number,
    lines.account_number,
    lines.subaccount_id,
    coalesce(dimensions.cost_centre, 'unassigned') as cost_centre,
    coalesce(lines.project, dimensions.project, 'unassigned') as project,
    lines.project_task,
    case
        when lines.module in ('AP', 'PO')
            then coalesce(lines.customer_supplier, supplier_documents.supplier_number)
    end as supplier_number,
    case
        when lines.module in ('AR', 'SO')
            then coalesce(lines.customer_supplier, customer_documents.customer_number)
    end as customer_number,
    lines.transaction_type,
    lines.document_type,
    lines.reference_number,
    lines.description,
    lines.batch_description,
    lines.vat_code,
    lines.inventory_number,
    lines.quantity,
    lines.currency,
    coalesce(ledgers.currency, companies.base_currency) as base_currency,
    lines.debit_base,
    lines.credit_base,
    amounts.amount_dr_cr_base,
    coalesce(accounts.normal_sign, 1) * amounts.amount_dr_cr_base as amount_statement_base,
    lines.debit_currency,
    lines.credit_currency,
    lines.debit_currency - lines.credit_currency as amount_dr_cr_currency,
    companies.group_currency,
    amounts.amount_dr_cr_group,
    coalesce(accounts.normal_sign, 1) * amounts.amount_dr_cr_group as amount_statement_group,
    companies.group_currency is not null and rates.rate_average is null as is_missing_rate,
    lines.is_reversal,
    lines.is_auto_reversing,
    lines.original_batch_number,
    lines.modified_at
from lines
left join {{ ref('int_visma__companies') }} as companies using (company_id)
left join {{ ref('int_visma__ledgers') }} as ledgers
    on ledgers.company_id = lines.company_id and ledgers.ledger_id = lines.ledger_id
left join {{ ref('int_visma__accounts') }} as accounts
    on accounts.company_id = lines.company_id and accounts.account_number = lines.account_number
left join {{ ref('int_visma__subaccount_dimensions') }} as dimensions
    on dimensions.company_id = lines.company_id and dimensions.subaccount_id = lines.subaccount_id
left join {{ ref('int_visma__fx_period') }} as rates
    on rates.company_id = lines.company_id
    and rates.financial_period = lines.financial_period
    -- Rates are those of the company's currency; a ledger may be kept in another.
    and coalesce(ledgers.currency = companies.base_currency, true)
cross join lateral (
    select
        lines.debit_base - lines.credit_base as amount_dr_cr_base,
        {{ in_group_currency('lines.debit_base - lines.credit_base', 'rates.rate_average') }}
            as amount_dr_cr_group
) as amounts
-- The ledger's lines do not always name their party, their document does.
left join {{ ref('stg_visma__supplier_documents') }} as supplier_documents
    on lines.module = 'AP'
    and supplier_documents.company_id = lines.company_id
    and supplier_documents.document_type = lines.document_type
    and supplier_documents.reference_number = lines.reference_number
left join {{ ref('stg_visma__customer_documents') }} as customer_documents
    on lines.module = 'AR'
    and customer_documents.company_id = lines.company_id
    and customer_documents.document_type = lines.document_type
    and customer_documents.reference_number = lines.reference_number

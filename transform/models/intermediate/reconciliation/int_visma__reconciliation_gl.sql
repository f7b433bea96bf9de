-- The general ledger against itself and against the ERP's own balances.
with headers as (

    select
        company_id,
        regexp_replace(module, '^Module', '') as module,
        batch_number,
        ledger as ledger_id,
        financial_period,
        coalesce(debit_total, 0) as debit_total,
        coalesce(credit_total, 0) as credit_total,
        is_deleted
    from {{ ref('stg_visma__journal_batches') }}
    where status in ({{ setting_list('posted_statuses') }})

),

batch_lines as (

    select
        company_id,
        module,
        batch_number,
        ledger_id,
        financial_period,
        sum(debit_base) as debit,
        sum(credit_base) as credit
    from {{ ref('fct_gl_line') }}
    group by 1, 2, 3, 4, 5

),

batches as (

    select
        headers.*,
        coalesce(batch_lines.debit, 0) as debit,
        coalesce(batch_lines.credit, 0) as credit
    from headers
    left join batch_lines using (company_id, module, batch_number)
    where not headers.is_deleted

),

ledgers as (

    select company_id, ledger_id, balance_type
    from {{ ref('int_visma__ledgers') }}

),

line_balances as (

    select
        company_id,
        ledger_id,
        branch_number,
        financial_period,
        account_number,
        subaccount_id,
        sum(balance_debit) as balance_debit,
        sum(balance_credit) as balance_credit,
        sum(line_debit) as line_debit,
        sum(line_credit) as line_credit,
        count(balance_debit) > 0 as has_balance,
        count(line_debit) > 0 as has_lines
    from (
        select
            company_id, ledger_id, branch_number, financial_period, account_number, subaccount_id,
            debit as balance_debit, credit as balance_credit,
            null::numeric as line_debit, null::numeric as line_credit
        from {{ ref('int_visma__gl_balances') }}
        left join {{ ref('int_visma__system_accounts') }} using (company_id)
        where account_number is distinct from ytd_net_income_account
        union all
        select
            company_id, ledger_id, branch_number, financial_period, account_number, subaccount_id,
            null, null, debit_base, credit_base
        from {{ ref('fct_gl_line') }}
    ) as sides
    group by 1, 2, 3, 4, 5, 6

),

compared_balances as (

    select
        line_balances.company_id,
        line_balances.ledger_id,
        line_balances.branch_number,
        line_balances.financial_period,
        line_balances.account_number,
        line_balances.subaccount_id,
        coalesce(line_balances.balance_debit, 0) as balance_debit,
        coalesce(line_balances.balance_credit, 0) as balance_credit,
        coalesce(line_balances.line_debit, 0) as line_debit,
        coalesce(line_balances.line_credit, 0) as line_credit,
        bool_or(line_balances.has_balance) over whole_ledger
        and bool_or(line_balances.has_lines) over whole_ledger as is_checked,
        case
            when not line_balances.has_lines
                then 'The ERP has movements here, the warehouse has no posted line: the batch was not'
                    || ' read, or was posted after the journals were read. If the next run does not'
                    || ' settle it, read the journals anew.'
            when not line_balances.has_balance
                then 'The warehouse has lines here, the ERP''s balances have no row: the batch was'
                    || ' posted after the balances were read, or a balance row is missing.'
            else 'The lines of this period are not those that the ERP counts: lines are missing, twice'
                || ' or in another period. The same batch is among the differences between journals'
                || ' and ledger transactions.'
        end as explanation
    from line_balances
    left join ledgers using (company_id, ledger_id)
    -- Budgets are released to their ledger without journals: they have a check of their own.
    where ledgers.balance_type is distinct from 'Budget'
    window whole_ledger as (partition by line_balances.company_id, line_balances.ledger_id)

),

transactions as (

    select
        company_id,
        ledger_id,
        module,
        batch_number,
        sum(transaction_debit) as transaction_debit,
        sum(transaction_credit) as transaction_credit,
        sum(line_debit) as line_debit,
        sum(line_credit) as line_credit,
        count(transaction_debit) > 0 as has_transactions,
        count(line_debit) > 0 as has_lines,
        financial_period
    from (
        select
            company_id, ledger_id, regexp_replace(module, '^Module', '') as module, batch_number,
            period as financial_period,
            coalesce(debit_amount, 0) as transaction_debit,
            coalesce(credit_amount, 0) as transaction_credit,
            null::numeric as line_debit, null::numeric as line_credit
        from {{ ref('stg_visma__gl_transactions') }}
        where not is_deleted
        union all
        select
            company_id, ledger_id, module, batch_number, financial_period,
            null, null, debit, credit
        from batch_lines
    ) as sides
    group by company_id, ledger_id, module, batch_number, financial_period

),

compared_transactions as (

    select
        company_id,
        ledger_id,
        module,
        batch_number,
        financial_period,
        coalesce(transaction_debit, 0) as transaction_debit,
        coalesce(transaction_credit, 0) as transaction_credit,
        coalesce(line_debit, 0) as line_debit,
        coalesce(line_credit, 0) as line_credit,
        bool_or(has_transactions) over whole_ledger
        and bool_or(has_lines) over whole_ledger as is_checked,
        case
            when min(financial_period) over whole_batch <> max(financial_period) over whole_batch
                then 'The batch is in one period in the journals and in another in the ledger.'
            when not has_lines
                then 'The ledger has this batch, the journals do not: it was posted after they were'
                    || ' read, or a page of the journals is missing.'
            when not has_transactions
                then 'The journals have this batch, the ledger transactions do not: it was posted after'
                    || ' they were read, or they are missing.'
            else 'The two lists have the batch with different lines: some are missing or twice.'
        end as explanation
    from transactions
    window
        whole_ledger as (partition by company_id, ledger_id),
        whole_batch as (partition by company_id, ledger_id, module, batch_number)

),

balances as (

    select
        balances.*,
        case when balances.account_type in ('Income', 'Expense') then balances.fiscal_year else 0 end
            as span,
        sum(balances.result_carried_base) over (
            partition by
                balances.company_id, balances.ledger_id, balances.branch_number,
                balances.account_number, balances.subaccount_id
            order by balances.financial_period
        ) as carried_to_date
    from {{ ref('fct_gl_balance') }} as balances

),

erp_balances as (

    select
        *,
        lag(erp_closing_base) over earlier as prior_closing,
        carried_to_date - coalesce(lag(carried_to_date) over earlier, 0) as carried_since
    from balances
    where erp_opening_base is not null
    window earlier as (
        partition by company_id, ledger_id, branch_number, account_number, subaccount_id, span
        order by financial_period
    )

),

openings as (

    select
        erp_balances.*,
        min(erp_balances.fiscal_year) over (
            partition by erp_balances.company_id, erp_balances.ledger_id
        ) as first_year
    from erp_balances

)

select
    {{ reconciliation_item(
        'gl_batch_balanced', 'credit', 'debit',
        ['ledger_id', 'financial_period', 'module', 'batch_number'],
        "'The lines of the batch do not balance: a line is missing, or counts twice.'"
    ) }}
from batches
left join ledgers using (company_id, ledger_id)
-- Quantities have no other side.
where ledgers.balance_type is distinct from 'Statistical'
union all
select
    {{ reconciliation_item(
        'gl_batch_lines_debit', 'debit_total', 'debit',
        ['ledger_id', 'financial_period', 'module', 'batch_number'],
        "case when debit < debit_total then 'Lines of the batch are missing: it may have been cut between two pages.' else 'The lines are more than the batch says: a line counts twice.' end"
    ) }}
from batches
union all
select
    {{ reconciliation_item(
        'gl_batch_lines_credit', 'credit_total', 'credit',
        ['ledger_id', 'financial_period', 'module', 'batch_number'],
        "case when credit < credit_total then 'Lines of the batch are missing: it may have been cut between two pages.' else 'The lines are more than the batch says: a line counts twice.' end"
    ) }}
from batches
union all
select
    {{ reconciliation_item(
        'gl_lines_vs_balances_debit', 'balance_debit', 'line_debit',
        ['branch_number', 'ledger_id', 'financial_period', 'account_number', 'subaccount_id'],
        'explanation', is_checked='is_checked'
    ) }}
from compared_balances
union all
select
    {{ reconciliation_item(
        'gl_lines_vs_balances_credit', 'balance_credit', 'line_credit',
        ['branch_number', 'ledger_id', 'financial_period', 'account_number', 'subaccount_id'],
        'explanation', is_checked='is_checked'
    ) }}
from compared_balances
union all
select
    {{ reconciliation_item(
        'gl_journals_vs_transactions_debit', 'transaction_debit', 'line_debit',
        ['ledger_id', 'financial_period', 'module', 'batch_number'],
        'explanation', is_checked='is_checked'
    ) }}
from compared_transactions
union all
select
    {{ reconciliation_item(
        'gl_journals_vs_transactions_credit', 'transaction_credit', 'line_credit',
        ['ledger_id', 'financial_period', 'module', 'batch_number'],
        'explanation', is_checked='is_checked'
    ) }}
from compared_transactions
union all
select
    {{ reconciliation_item(
        'gl_roll_forward', 'erp_closing_base', 'erp_opening_base + debit_base - credit_base',
        ['branch_number', 'ledger_id', 'financial_period', 'account_number', 'subaccount_id'],
        "'The ERP''s closing is not its opening plus its movements: a movement is missing from the balance, or the closing was set by other means.'"
    ) }}
from erp_balances
union all
select
    {{ reconciliation_item(
        'gl_opening', 'erp_opening_base', 'coalesce(prior_closing, 0) + carried_since',
        ['branch_number', 'ledger_id', 'financial_period', 'account_number', 'subaccount_id'],
        "case when carried_since <> 0 then 'The result of the year before is not in retained earnings: the year has not been closed in the ERP, or closed to another account.' when span > 0 and prior_closing is null then 'Income and expenses begin a year at zero, this one does not: a row of an earlier period is missing.' else 'The period does not open with the closing before it: a balance row between them is missing, or the year was closed to this account.' end",
        is_explained='carried_since <> 0 and erp_opening_base = coalesce(prior_closing, 0)'
    ) }}
from openings
-- Before the first row there is nothing to compare with.
where prior_closing is not null or (span > 0 and fiscal_year > first_year)
union all
select
    {{ reconciliation_item(
        'gl_trial_balance', '0', 'sum(closing_base)',
        ['ledger_id', 'financial_period'],
        "'Debit and credit of the ledger do not meet: balance rows are missing, or the account that repeats the result of the year is counted (visma_system_accounts).'"
    ) }}
from {{ ref('rpt_trial_balance') }}
where ledger_type in ('Actual', 'Report')
group by company_id, ledger_id, financial_period
union all
select
    {{ reconciliation_item(
        'gl_deleted_batches', '0', 'case when is_deleted then debit_total else 0 end',
        ['ledger_id', 'financial_period', 'module', 'batch_number'],
        "'A posted batch cannot be deleted in Visma, but the last complete reading did not hold it: it is left out. Read the journals anew (detect_deletes).'"
    ) }}
from headers

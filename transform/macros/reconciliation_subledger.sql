{#
  A subledger against the ERP's balances of its parties, the control accounts and its own documents.
  `ledger` is ap or ar; `party` is supplier or customer. Control accounts are looked at with the sign
  of the subledger: a purchase invoice and a sales invoice both raise the balance.
#}
{% macro reconciliation_subledger(ledger, party, documents, party_balances, open_items, invoices) -%}
{%- set sign = -1 if ledger == 'ap' else 1 -%}
{%- set party_number = party ~ '_number' -%}
with documents as (

    select * from {{ documents }}

),

open_items as (

    select
        company_id, branch_number, {{ party_number }}, balance_base,
        case when is_prepayment then balance_base else 0 end as prepayment_base
    from {{ open_items }}

),

parties as (

    select
        company_id,
        {{ party_number }},
        sum(erp_balance) as erp_balance,
        sum(open_balance) as open_balance,
        coalesce(sum(prepayments), 0) as prepayments,
        count(erp_balance) > 0 as has_erp_balance
    from (
        select
            company_id, {{ party_number }}, balance as erp_balance,
            null::numeric as open_balance, 0::numeric as prepayments
        from {{ party_balances }}
        where not is_deleted
        union all
        select company_id, {{ party_number }}, null, balance_base, prepayment_base
        from open_items
    ) as sides
    group by 1, 2

),

loaded as (

    select
        companies.company_id,
        companies.company_id in (select company_id from documents) as has_documents,
        companies.company_id in (select company_id from {{ party_balances }}) as has_party_balances
    from {{ ref('int_visma__companies') }} as companies

),

compared_parties as (

    select
        parties.company_id,
        parties.{{ party_number }},
        coalesce(parties.erp_balance, 0) as erp_balance,
        -- Prepayments are on an account of their own. Whether the balance of a {{ party }} holds them
        -- is not documented: they are left out, unless it is with them that both agree.
        coalesce(parties.open_balance, 0)
        - case when parties.erp_balance = parties.open_balance then 0 else parties.prepayments end
            as open_balance,
        loaded.has_documents and loaded.has_party_balances as is_checked,
        case
            when not parties.has_erp_balance
                then 'The ERP tells no balance of this {{ party }}, the warehouse has open documents: they'
                    || ' were paid after they were read last, or the {{ party }} is new.'
            when parties.open_balance is null
                then 'The ERP tells a balance, the warehouse has no open document of this {{ party }}:'
                    || ' documents were not read, or a type of document does not count'
                    || ' (visma_document_signs).'
            when parties.erp_balance = - parties.open_balance
                then 'The sign is turned: see the types of its documents in visma_document_signs.'
            else 'Documents were released, paid or changed between the two readings, or one of them was'
                || ' not read: compare the open documents with the screen.'
        end as explanation
    from parties
    inner join loaded using (company_id)

),

-- Revaluation posts to the ledger only: documents keep the rate that they were entered with.
control_lines as (

    select
        lines.company_id,
        lines.branch_number,
        lines.{{ party_number }},
        {{ sign }} * lines.amount_dr_cr_base as amount,
        lines.module = 'CM' as is_revaluation
    from {{ ref('fct_gl_line') }} as lines
    inner join {{ ref('dim_account') }} as accounts using (company_id, account_number)
    where accounts.is_control_{{ ledger }} and lines.ledger_type = 'Actual'

),

control_balances as (

    select
        company_id,
        branch_number,
        {{ sign }} * sum(closing_base) as amount
    from (
        select
            balances.*,
            max(balances.financial_period) over (partition by balances.company_id, balances.ledger_id)
                as last_period
        from {{ ref('fct_gl_balance') }} as balances
        where balances.ledger_type = 'Actual'
    ) as latest
    inner join {{ ref('dim_account') }} as accounts using (company_id, account_number)
    where accounts.is_control_{{ ledger }} and latest.financial_period = latest.last_period
    group by 1, 2

),

branches as (

    select
        company_id,
        branch_number,
        sum(ledger_amount) as ledger_amount,
        sum(open_balance) as open_balance
    from (
        select company_id, branch_number, amount as ledger_amount, 0 as open_balance
        from control_balances
        union all
        select company_id, branch_number, - amount, 0
        from control_lines
        where is_revaluation
        union all
        select company_id, coalesce(branch_number, ''), 0, balance_base
        from open_items
    ) as sides
    group by 1, 2

),

compared_branches as (

    select
        branches.*,
        loaded.has_documents
        and branches.company_id in (select company_id from control_balances) as is_checked
    from branches
    inner join loaded using (company_id)

),

-- Lines tell parties apart only where they are all of the account's history, and name them.
lines_are_complete as (

    select
        company_id,
        sum(line_amount) = sum(balance_amount) and bool_or(names_party) as is_complete
    from (
        select
            company_id, amount as line_amount, 0 as balance_amount,
            {{ party_number }} is not null as names_party
        from control_lines
        union all
        select company_id, 0, amount, false
        from control_balances
    ) as sides
    group by 1

),

party_lines as (

    select
        company_id,
        {{ party_number }},
        sum(ledger_amount) as ledger_amount,
        sum(open_balance) as open_balance
    from (
        select company_id, {{ party_number }}, amount as ledger_amount, 0 as open_balance
        from control_lines
        where not is_revaluation
        union all
        select company_id, {{ party_number }}, 0, balance_base
        from open_items
    ) as sides
    group by 1, 2

),

compared_lines as (

    select
        party_lines.*,
        loaded.has_documents and coalesce(lines_are_complete.is_complete, false) as is_checked
    from party_lines
    inner join loaded using (company_id)
    left join lines_are_complete using (company_id)

),

released as (

    select * from documents
    where status_class = 'posted' and spend_sign <> 0

),

invoices as (

    select * from {{ invoices }}

),

compared_invoices as (

    select
        released.company_id,
        released.branch_number,
        released.{{ party_number }},
        released.document_type,
        released.reference_number,
        released.financial_period,
        released.spend_sign * released.document_amount_base as amount,
        coalesce(invoices.gross_base, 0) as invoice_amount,
        invoices.company_id is not null as has_invoice,
        coalesce(invoices.n_lines, 0) as n_lines,
        invoices.detail_total_base,
        invoices.lines_difference_base,
        released.company_id in (select company_id from invoices) as is_checked
    from released
    left join invoices using (company_id, document_type, reference_number)

)

select
    {{ reconciliation_item(
        ledger ~ '_' ~ party ~ '_balance', 'erp_balance', 'open_balance', [party_number],
        'explanation', is_checked='is_checked'
    ) }}
from compared_parties
union all
select
    {{ reconciliation_item(
        ledger ~ '_control_account', 'ledger_amount', 'open_balance', ['branch_number'],
        "'The control accounts of this branch are not the sum of its open documents: a journal was posted to them directly, a document was paid between the two readings, or an account is not known as a control account. The check per " ~ party ~ " shows whose.'",
        is_checked='is_checked'
    ) }}
from compared_branches
union all
select
    {{ reconciliation_item(
        ledger ~ '_control_' ~ party, 'ledger_amount', 'open_balance', [party_number],
        "case when " ~ party_number ~ " is null then 'Posted to a control account without a " ~ party ~ ": a journal entered by hand, or a document that was not read.' else 'The ledger and the open documents of this " ~ party ~ " differ: a document or a payment was read on one side only.' end",
        is_checked='is_checked'
    ) }}
from compared_lines
union all
select
    {{ reconciliation_item(
        ledger ~ '_invoice_lines', 'detail_total_base', 'detail_total_base - lines_difference_base',
        ['branch_number', 'financial_period', party_number, 'document_type', 'reference_number'],
        "case when n_lines = 0 then 'The invoice has no lines.' else 'The lines are not what the invoice says: a line is missing or twice, or amounts of lines are with VAT.' end"
    ) }}
from compared_invoices
where has_invoice
union all
select
    {{ reconciliation_item(
        ledger ~ '_invoices_read', 'amount', 'invoice_amount',
        ['branch_number', 'financial_period', party_number, 'document_type', 'reference_number'],
        "case when not has_invoice then 'The document is known, its invoice with lines is not: it is missing from what is reported by line.' else 'The invoice and the list of documents tell different amounts: one was read before a change.' end",
        is_checked='is_checked'
    ) }}
from compared_invoices
union all
select
    {{ reconciliation_item(
        ledger ~ '_deleted_documents', '0', 'case when is_deleted then amount else 0 end',
        ['branch_number', 'financial_period', party_number, 'document_type', 'reference_number'],
        "'A released document cannot be deleted in Visma, but the last complete reading did not hold it: it is left out. Read the documents anew (detect_deletes).'"
    ) }}
from {{ ref('stg_visma__' ~ party ~ '_documents') }} as raw_documents
where status not in ('Hold', 'Balanced', 'Scheduled', 'Unreleased', 'PendingApproval', 'Rejected')
{%- endmacro %}

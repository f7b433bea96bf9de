-- Views of the tables that tap-visma loads into Postgres, without the rows deleted in Visma.
--
-- Deletes leave no trace in Visma's API. A run with `detect_deletes` reads every list whole and
-- writes each row anew; so a row is deleted when a complete reading of its list began after the
-- row was read. Complete readings are told by `sync_runs`, per company, stream and partition. Rows
-- of a partition that is not asked for any more stay: nobody looks whether they are still there.
--
-- Run this file once, then, and again after each update of tap-visma:
--     select * from visma_live_views('visma', 'visma_live');
-- Arguments: the schema of the tables, and a schema for the views, which is created if it is not
-- there. Answer: one row per view. Views that exist are replaced, and keep who may read them.
create or replace function visma_live_views(
    raw_schema text default 'visma', live_schema text default 'visma_live'
)
returns table (live_view text)
language plpgsql
as $function$
declare
    stream record;
begin
    execute format('create schema if not exists %I', live_schema);
    for stream in
        select
            t.table_name as name,
            -- How `sync_runs` names the partition of a row: the columns that the stream is read by.
            case t.table_name
                when 'budgets' then
                    $$'ledgerId=' || t."ledgerId" || ', branch=' || t."branch"
                    || ', financialYear=' || t."financialYear"$$
                when 'general_ledger_transactions' then $$'ledgerId=' || t."ledgerId"$$
                else $$''$$
            end as partition
        from information_schema.tables as t
        where t.table_schema = raw_schema
            and t.table_name <> 'sync_runs'
            and 2 = (
                select count(*)
                from information_schema.columns as c
                where c.table_schema = t.table_schema
                    and c.table_name = t.table_name
                    and c.column_name in ('company_id', '_sdc_extracted_at')
            )
        order by t.table_name
    loop
        execute format(
            $view$
            create or replace view %1$I.%2$I as
            select t.*
            from %3$I.%2$I as t
            where not exists (
                select
                from %3$I.sync_runs as r
                where r.stream = %2$L
                    and r.company_id = t.company_id
                    and r.partition = %4$s
                    and r.outcome = 'success'
                    and r.mode in ('first', 'full')
                    and r.window_from is null
                    and r.started_at > t._sdc_extracted_at
            )
            $view$,
            live_schema, stream.name, raw_schema, stream.partition
        );
        live_view := format('%I.%I', live_schema, stream.name);
        return next;
    end loop;
end
$function$;

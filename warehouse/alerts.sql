-- What somebody should look at: a line for each thing, and nothing when all is well.
--
--   psql "host=HOST dbname=warehouse user=visma_monitor" --no-psqlrc --no-password \
--     --file warehouse/alerts.sql
--
-- Ends with 0 when all is well, with 3 when there is something (or it may not read what it must, or is
-- called wrongly: psql has no other code), and with 2 when there is no connection. cron mails what it says; docs/operations.md says what to do.
-- Let something else than the schedule ask it, best on another machine: a machine that is off tells
-- nothing. What counts as late, by --set: late_hours (36) without a complete load or a build of the
-- models, full_pass_days (9) without a full pass, which alone tells deleted rows.
--
-- For psql 11 and later, as any role that may read visma.sync_runs, finance.rpt_sync_status and
-- finance.rpt_reconciliation, such as visma_monitor (roles.sql).
\set QUIET 1
\set ON_ERROR_STOP 1
\set SHOW_CONTEXT never
\pset format unaligned
\pset fieldsep ' | '
\pset tuples_only on
\pset pager off
\if :{?late_hours}
\else
  \set late_hours 36
\endif
\if :{?full_pass_days}
\else
  \set full_pass_days 9
\endif
select :'late_hours' || ' ' || :'full_pass_days' !~ '^\d{1,5} \d{1,5}$' as wrong \gset
\if :wrong
do $$ begin raise exception 'nothing was looked at: late_hours and full_pass_days are whole numbers'; end $$;
\endif

select to_regclass('visma.sync_runs') is not null as loaded,
       to_regclass('finance.rpt_sync_status') is not null as built \gset

\if :loaded
-- By what the tap says of its runs: after a load that failed no model is built. What a company does not
-- have is skipped, and not late.
with runs as (
  select *, now() at time zone 'UTC' - finished_at as age,
         -- What differs from list to list though the cause is one.
         regexp_replace(reason, '^GET \S+: |Tried \d+ times\. ', '', 'g') as cause
  from visma.sync_runs
),
newest as (
  select distinct on (company_id, stream) company_id, stream, run_id
  from runs
  order by company_id, stream, finished_at desc
),
lists as (
  select company_id, count(*) as number from newest group by company_id
),
complete as (
  select company_id, stream,
         max(finished_at) as last_at, min(age) as age,
         -- A list without a full pass has been waiting for one since its first run.
         coalesce(min(age) filter (where mode in ('first', 'full') or outcome = 'skipped'), max(age))
           as full_pass_age
  from runs
  where outcome in ('success', 'skipped')
  group by company_id, stream
),
told as (
  select company_id, 'load failed' as what, cause as details, array_agg(distinct stream) as streams
  from runs
  inner join newest using (company_id, stream, run_id)
  where outcome = 'failed'
  group by company_id, cause
  union all
  select company_id, 'load late',
         'complete last at ' || to_char(min(last_at), 'YYYY-MM-DD HH24:MI') || ' UTC',
         array_agg(stream order by stream)
  from complete
  where age > make_interval(hours => :late_hours)
  group by company_id
  union all
  select company_id, 'full pass late',
         'deleted rows are not known since ' || extract(day from max(full_pass_age)) || ' days',
         array_agg(stream order by stream)
  from complete
  where age <= make_interval(hours => :late_hours)
    and full_pass_age > make_interval(days => :full_pass_days)
  group by company_id
)
select company_id, what,
       case when cardinality(streams) = number then 'all lists'
            else array_to_string(streams, ', ') end as which,
       details
from told
inner join lists using (company_id)
union all
select 'all', 'never loaded', 'all', 'visma.sync_runs is empty'
where not exists (select from runs)
order by company_id, what, which;
\else
select 'all', 'never loaded', 'all', 'there is no table visma.sync_runs';
\endif
select :ROW_COUNT as told \gset

\if :built
select 'all', 'models late', 'all',
       coalesce('those published were built at ' || to_char(max(built_at), 'YYYY-MM-DD HH24:MI') || ' UTC',
                'none are published') as details
from finance.rpt_sync_status
having coalesce(max(built_at) < now() at time zone 'UTC' - make_interval(hours => :late_hours), true)
union all
select company_id, 'figures differ', check_id, concat_ws(': ', check_name, difference)
from finance.rpt_reconciliation
where row_type = 'summary' and status = 'difference'
order by 1, 2, 3;
\else
select 'all', 'models late', 'all', 'there is no table finance.rpt_sync_status';
\endif
select :told + :ROW_COUNT > 0 as told \gset

\if :told
do $$ begin raise exception 'the lines above are to be looked at'; end $$;
\endif

-- By what the tap says of its runs, not by times of rows: a quiet weekend is fresh, and a stream
-- that fails is not. News are those of all parts, also of parts that are not asked for any more.
with news as (

    select
        company_id,
        stream,
        max(finished_at) filter (where rows_new > 0) as last_news_at,
        sum(rows_new)::bigint as rows_new_ever
    from {{ ref('stg_visma__sync_runs') }}
    group by 1, 2

),

-- A stream that is read in parts is as fresh as its oldest part.
streams as (

    select
        company_id,
        stream,
        count(*) as parts,
        count(*) filter (where last_outcome = 'failed') as failed_parts,
        case when count(*) = count(last_success_at) then min(last_success_at) end as last_success_at,
        case when count(*) = count(last_full_success_at) then min(last_full_success_at) end
            as last_full_success_at,
        max(last_run_at) as last_run_at,
        max(last_mode) as last_mode,
        case
            when bool_or(last_outcome = 'failed') then 'failed'
            when bool_or(last_outcome = 'skipped') then 'skipped'
            else 'success'
        end as last_outcome,
        string_agg(distinct last_reason, '; ') as last_reason,
        sum(last_rows_read)::bigint as last_rows_read,
        sum(last_rows_new)::bigint as last_rows_new
    from {{ ref('int_visma__stream_parts') }}
    group by 1, 2

)

select
    {{ surrogate_key(['company_id', 'stream']) }} as rpt_sync_status_key,
    company_id,
    stream,
    last_outcome,
    last_success_at,
    last_full_success_at,
    last_news_at,
    last_run_at,
    last_mode,
    last_reason,
    parts,
    failed_parts,
    last_rows_read,
    last_rows_new,
    rows_new_ever,
    round(extract(epoch from {{ built_at() }} - last_success_at) / 3600, 2) as hours_since_success,
    -- What the company does not have is skipped by the tap, and not late.
    last_outcome <> 'skipped' and coalesce(
        {{ built_at() }} - last_success_at > interval '{{ var("stale_after_hours") }} hours', true
    ) as is_stale,
    {{ built_at() }} as built_at
from streams
inner join news using (company_id, stream)

{{ config(indexes=[
    {'columns': ['company_id', 'supplier_number']},
    {'columns': ['company_id', 'ageing_bucket']},
    {'columns': ['due_date']},
]) }}
{{ open_items(ref('int_visma__ap_open_documents'), 'supplier', 'fct_ap_open_item_key', ['approval_status']) }}

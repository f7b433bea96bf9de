{{ config(indexes=[
    {'columns': ['company_id', 'financial_period']},
    {'columns': ['company_id', 'supplier_number']},
    {'columns': ['as_of']},
]) }}
{{ open_items_month_end(
    ref('int_visma__ap_document_signed'), ref('int_visma__ap_balance_history'),
    ref('snap_ap_open_items'), 'supplier', 'fct_ap_open_item_month_end_key',
) }}

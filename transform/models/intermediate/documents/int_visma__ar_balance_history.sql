{{ balance_history(ref('int_visma__ar_document_signed'), ref('int_visma__ar_applications')) }}

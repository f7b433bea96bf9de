"""Stand-ins for Visma Connect and Visma.net ERP."""

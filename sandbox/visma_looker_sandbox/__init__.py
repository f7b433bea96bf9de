"""Local stand-ins for Visma Connect, Visma.net ERP and Looker."""

"""Benefits given by rule: what is known of firms and people, who may get what, grants and their payment."""

"""Organization chain: people, units, firms, duties and who stands in for whom."""

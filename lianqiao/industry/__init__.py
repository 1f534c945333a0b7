"""Industry chain: what the chain has, lacks and leans on. Independent of the innovation room."""

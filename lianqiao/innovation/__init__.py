"""Innovation chain: instruments, trials, transfer, talent. Independent of the industry room."""

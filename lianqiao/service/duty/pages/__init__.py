"""Pages of the rota, the workload and the hand-over."""

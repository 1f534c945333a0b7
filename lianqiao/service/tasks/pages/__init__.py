"""Pages of the task list: the wall chart, the list, one task, the months kept."""

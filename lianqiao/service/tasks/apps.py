from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "lianqiao.service.tasks"
    label = "tasks"

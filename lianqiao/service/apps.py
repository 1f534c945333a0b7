from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "lianqiao.service"
    label = "service"

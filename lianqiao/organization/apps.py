from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "lianqiao.organization"
    label = "organization"

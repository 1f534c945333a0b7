from django.apps import AppConfig


class LicencesConfig(AppConfig):
    name = "lianqiao.service.licences"
    label = "licences"

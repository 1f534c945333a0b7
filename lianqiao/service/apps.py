from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "lianqiao.service"
    label = "service"

    def ready(self) -> None:
        """Let what is refused to whoever writes a text be said in words."""
        from lianqiao.bridge import refusals  # noqa: PLC0415 - models are ready only now
        from lianqiao.service.drafting.wording import REFUSALS  # noqa: PLC0415

        refusals.also_say(REFUSALS)

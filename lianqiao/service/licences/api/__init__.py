"""Operations of licences."""

from lianqiao.service.licences.api.licences import router as licences
from lianqiao.service.licences.api.public import router as public

ROUTERS = (public, licences)

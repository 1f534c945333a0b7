"""Tables of licences."""

from lianqiao.service.licences.models.decisions import Credential, Decision, Head, Night, SigningKey, Word
from lianqiao.service.licences.models.register import Licence

__all__ = ["Credential", "Decision", "Head", "Licence", "Night", "SigningKey", "Word"]

"""What can go wrong for a person: each error says, in Dutch, what, where and what to do."""

from collections.abc import Sequence


class EwsError(Exception):
    """Something a user can act upon. `str(error)` is shown as it is, without a traceback."""


class RefusedError(EwsError):
    """Bad config, bad arguments or a bad file: nothing was changed (exit code 2).

    `reasons` are the rules' own reasons behind the sentence: a form puts each beside its field.
    """

    def __init__(self, message: str, *, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)


class ConfigError(RefusedError):
    """One or more faults in the configuration, all of them in the message."""


class FileRefusedError(RefusedError):
    """A file that can't be taken in: names the file, the place and the remedy."""


class NotFoundError(RefusedError):
    """A provider, case, delivery or dossier that does not exist, with what does."""


class ChangedMeanwhileError(RefusedError):
    """Somebody else wrote in between: nothing was stored, nothing is lost; look and send it again."""


class NotAllowedError(RefusedError):
    """A person without the role, mandate or second person that an act asks for."""


class DeliveryError(EwsError):
    """A message that the relay did not take. `permanent` tells retrying from telling a person."""

    def __init__(self, message: str, *, permanent: bool, reply: str = "") -> None:
        super().__init__(message)
        self.permanent = permanent
        self.reply = reply

"""What pages offer to developers."""

from pydantic import BaseModel


class DemoAccountResponse(BaseModel):
    """An account with a published password."""

    email: str
    password: str


class DevelopmentResponse(BaseModel):
    """What pages offer during development. Production offers nothing."""

    # Whether `/dev` and `/dev/mailbox` exist.
    developer_pages: bool
    # Null if it does not exist.
    demo_account: DemoAccountResponse | None

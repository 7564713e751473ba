"""Aids for developers."""

from pydantic import BaseModel


class DemoAccountResponse(BaseModel):
    """An account with a published password."""

    email: str
    password: str


class DevelopmentResponse(BaseModel):
    """The developers' pages and the demo account. Empty in production."""

    # Whether `/dev` and `/dev/mailbox` exist.
    developer_pages: bool
    # Null if it does not exist.
    demo_account: DemoAccountResponse | None

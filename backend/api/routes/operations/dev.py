"""Pages for developers, outside production only: sent emails, routes, jobs, migrations."""

import asyncio
from collections.abc import Mapping
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api.dependencies import factory_dep, public_unit_of_work_dep
from api.documentation import api_routes
from api.exceptions import MailNotFoundException
from api.files.responses import WholeFileResponse
from api.middleware.security_headers import PAGE_POLICY
from api.routers import Inclusion
from core import product
from core.email import Mailbox, StoredEmail
from service.factory import Factory
from service.mail.email_previews import mail_previews

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parents[2] / "templates"
# An email is shown as an email client would: no scripts, no forms, inline styles.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; frame-ancestors 'self'; sandbox allow-popups"
)

router = APIRouter(prefix="/dev", include_in_schema=False)
inclusion = Inclusion(when=lambda settings: settings.shows_developer_pages)


@router.get("", response_class=HTMLResponse)
async def show_overview(request: Request, factory: factory_dep, work: public_unit_of_work_dep) -> HTMLResponse:
    """Show routes, jobs and the state of the migrations."""
    readiness = await work.operations.health.check()
    depths = await work.jobs.depths()
    return await _page(
        "overview",
        expected_revision=factory.resources.migrations.head,
        readiness=readiness,
        jobs=[(depth.queue, state, count) for depth in depths for state, count in sorted(depth.by_state.items())],
        routes=api_routes(request.app),
    )


@router.get("/mailbox", response_class=HTMLResponse)
async def show_mailbox(factory: factory_dep) -> HTMLResponse:
    """Show all sent emails, newest first."""
    return await _page("mailbox", mails=await _mailbox(factory).newest_first())


@router.get("/mailbox/previews", response_class=HTMLResponse)
async def show_mail_previews(factory: factory_dep) -> HTMLResponse:
    """Show every kind of email, with example data."""
    previews = mail_previews(factory.resources.email_templates)
    return await _page("previews", previews={name: _shown(name, preview()) for name, preview in previews.items()})


@router.get("/mailbox/previews/{name}", response_class=HTMLResponse)
async def show_mail_preview(name: str, factory: factory_dep) -> HTMLResponse:
    """Show one kind of email."""
    mail = _preview(factory, name)
    return await _page("mail", mail=mail, text=_body(mail, "plain"))


@router.get("/mailbox/previews/{name}/html", response_class=HTMLResponse)
async def show_mail_preview_body(name: str, factory: factory_dep) -> HTMLResponse:
    """Show only the HTML part of one kind of email, for the frame."""
    html = _body(_preview(factory, name), "html")
    return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})


@router.get("/mailbox/{mail_id}", response_class=HTMLResponse)
async def show_mail(mail_id: str, factory: factory_dep) -> HTMLResponse:
    """Show one email."""
    mail = await _find(factory, mail_id)
    return await _page("mail", mail=mail, text=_body(mail, "plain"))


@router.get("/mailbox/{mail_id}/html", response_class=HTMLResponse)
async def show_mail_body(mail_id: str, factory: factory_dep) -> HTMLResponse:
    """Show only the HTML part of an email, for the frame."""
    mail = await _find(factory, mail_id)
    return HTMLResponse(_body(mail, "html"), headers={"Content-Security-Policy": MAIL_POLICY})


@router.get("/style.css", response_class=Response)
async def get_style() -> WholeFileResponse:
    """Return the style sheet of these pages."""
    return WholeFileResponse(TEMPLATES / "style.css")


async def _page(name: str, **values: object) -> HTMLResponse:
    html = await asyncio.to_thread(_render, name, values)
    return HTMLResponse(html, headers={"Content-Security-Policy": PAGE_POLICY})


def _render(name: str, values: Mapping[str, object]) -> str:
    return _templates().get_template(f"{name}.html.j2").render(page=name, product=product.NAME, **values)


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(["html.j2"]), undefined=StrictUndefined
    )


def _mailbox(factory: Factory) -> Mailbox:
    return Mailbox(factory.resources.settings.mailbox_directory)


async def _find(factory: Factory, mail_id: str) -> StoredEmail:
    mail = await _mailbox(factory).find(mail_id)
    if mail is None:
        raise MailNotFoundException
    return mail


def _preview(factory: Factory, name: str) -> StoredEmail:
    preview = mail_previews(factory.resources.email_templates).get(name)
    if preview is None:
        raise MailNotFoundException
    return _shown(name, preview())


def _shown(name: str, mail: EmailMessage) -> StoredEmail:
    return StoredEmail(f"previews/{name}", mail)


def _body(mail: StoredEmail, subtype: str) -> str:
    part = mail.message.get_body((subtype,))
    return str(part.get_content()) if part else ""

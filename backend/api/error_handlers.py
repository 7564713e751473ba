"""Turns errors into responses of one shape, in the language that the request asks for."""

import random
from collections.abc import Mapping, Sequence

import structlog
from fastapi import FastAPI, Request, params
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from api.exceptions import (
    APIException,
    ErrorDetail,
    InternalErrorException,
    MalformedRequestException,
    StorageUnavailableException,
    UnsupportedMediaTypeException,
    ValidationFailedException,
    exception_for,
    exception_for_status,
)
from api.languages import answer_language, name_language
from api.validation import detail_of
from core.translation import load_catalogues, mark, translated
from domain.errors import AppError, TooManyAttempts, TooManyRequests
from domain.language import Language

log = structlog.get_logger()

FORM_TYPES = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})  # HTML Standard, form submission


def add_error_handlers(app: FastAPI) -> None:
    """Register the handlers. The middleware turns all other exceptions into a 500."""
    load_catalogues(Language)  # now, because it reads files
    app.add_exception_handler(AppError, _answer_app_error)
    app.add_exception_handler(APIException, _answer_api_exception)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)


def error_response(
    kind: type[APIException],
    scope: Scope,
    *,
    detail: str | None = None,
    values: Mapping[str, object] | None = None,
    fields: Sequence[ErrorDetail] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the response for an error.

    Args:
        kind: the class of the error.
        scope: the ASGI scope of the request, which knows its id.
        detail: a sentence in place of the class's own.
        values: fill the placeholders of the sentence.
        fields: the parts of the request that are at fault.
        headers: headers to add to those that the error itself needs.
    """
    scope.setdefault("state", {})["error_code"] = kind.code  # for the log line of the request
    needed = {} if kind.retry_after_seconds is None else {"Retry-After": str(_retry_after(kind))}
    if kind.status_code == 401:  # noqa: PLR2004
        needed["WWW-Authenticate"] = "Bearer"  # RFC 9110 section 11.6.1
    language = answer_language(scope)
    body = {
        "code": kind.code,
        "internal_code": kind.internal_code,
        "message": translated(detail or kind.detail, language, **(values or {})),
        "details": [_translated_detail(field, language) for field in fields],
        "request_id": scope["state"].get("request_id", ""),
    }
    response = JSONResponse({"error": body}, status_code=kind.status_code, headers={**needed, **(headers or {})})
    name_language(response, language)
    return response


def _translated_detail(detail: ErrorDetail, language: Language) -> dict[str, str]:
    return {"field": detail.field, "message": translated(detail.message, language, **(detail.values or {}))}


def _retry_after(kind: type[APIException]) -> int:
    """Return the seconds of the class, with jitter for 503 so that clients do not all return at once."""
    seconds = kind.retry_after_seconds or 0
    return seconds + random.randint(0, seconds) if kind.status_code == 503 else seconds  # noqa: PLR2004, S311


async def _answer_app_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)
    kind = exception_for(error)
    if kind is InternalErrorException:
        raise error  # not on the page of errors, so a bug: logged, and answered with a 500
    if kind.retry_after_seconds is not None:
        log.warning("unavailable", code=kind.code, cause=repr(error.__cause__) if error.__cause__ else None)
    detail, values = error.sentence, error.values
    fields = [ErrorDetail(error.field, detail, values)] if error.field else []
    return error_response(kind, request.scope, detail=detail, values=values, fields=fields, headers=_wait_of(error))


async def _answer_api_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, APIException)
    return error_response(type(error), request.scope, detail=error.detail, fields=error.fields)


async def _answer_validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return error_response(MalformedRequestException, request.scope, detail=mark("The body is not valid JSON."))
    if _has_foreign_body(request):
        detail = mark("The body must be a form.") if _reads_form(request) else None
        return error_response(UnsupportedMediaTypeException, request.scope, detail=detail)
    fields = [detail_of(problem) for problem in problems]
    return error_response(ValidationFailedException, request.scope, fields=fields)


async def _answer_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(cause := error.__cause__, OSError):  # FastAPI takes it for a malformed form
        log.warning("upload could not be received", reason=cause.strerror)
        return error_response(StorageUnavailableException, request.scope)
    return error_response(exception_for_status(error.status_code), request.scope, headers=error.headers)


def _wait_of(error: AppError) -> dict[str, str]:
    if isinstance(error, TooManyAttempts | TooManyRequests):
        return {"Retry-After": str(error.retry_after_seconds)}
    return {}


def _has_foreign_body(request: Request) -> bool:
    """Return whether the body has another content type than the route reads."""
    content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    is_expected = content_type in FORM_TYPES if _reads_form(request) else content_type.endswith("json")
    return has_body and not is_expected


def _reads_form(request: Request) -> bool:
    body = getattr(request.scope.get("route"), "body_field", None)
    return isinstance(getattr(body, "field_info", None), params.Form)

"""The arguments of a call, however the client sent them: query string, form, multipart or JSON."""

import base64
import json
from typing import Any

from aiohttp import web

from .methods import ArgType, Method
from .model import Json, SlackError

TRUE = {"1", "true", "True"}
FALSE = {"0", "false", "False", ""}
DRAWN = {"token", "trigger_id", "client_secret", "code", "refresh_token"}
"""Arguments that let their holder act."""
STRUCTURES = {"attachments", "blocks", "files", "metadata", "view"}


async def read_args(request: web.Request) -> tuple[Json, str | None]:
    """All arguments and the token, wherever it was."""
    args: Json = dict(request.query)
    if request.method == "POST":
        if request.content_type == "application/json":
            args |= _json_body(await request.text())
        elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    token = args.pop("token", None)
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials:
        token = credentials.strip()
    elif scheme.lower() == "basic":
        args |= _basic(credentials)
    return args, token if isinstance(token, str) and token else None


def _basic(credentials: str) -> Json:
    """The client's id and secret; empty ones if they cannot be read."""
    try:
        client_id, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        client_id = secret = ""
    return {"client_id": client_id, "client_secret": secret}


def _json_body(text: str) -> Json:
    try:
        body = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def coerce_args(method: Method, raw: Json) -> Json:
    """Arguments in their declared types. Absent and null are the same; what has the wrong type is refused."""
    faults: list[str] = []
    args: Json = {}
    for key, value in raw.items():
        if value is None:
            continue
        wanted = method.args.get(key)
        if wanted is None:
            # Slack overlooks arguments it does not know, but not structures it cannot read.
            if isinstance(value, (dict, list)):
                faults.append(f"unexpected argument of the wrong type: {key}")
            continue
        try:
            args[key] = _coerce(wanted, value)
        except ValueError:
            faults.append(f"must be of type {wanted} [json-pointer:/{key}]")
    faults += [f"missing required field: {key}" for key in method.required if args.get(key, "") == ""]
    if faults:
        raise SlackError("invalid_arguments", *faults)
    return args


def _coerce(wanted: ArgType, value: Any) -> Any:
    if wanted == "any":
        return value
    if wanted == "array":
        return _array(value)
    if isinstance(value, list) and wanted == "string" and all(isinstance(item, str) for item in value):
        return ",".join(value)
    if isinstance(value, (dict, list)):
        raise ValueError
    if wanted == "string":
        if isinstance(value, bool):
            raise ValueError
        return str(value)
    if wanted == "boolean":
        return _boolean(value)
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError
    return int(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value)
    if text not in TRUE | FALSE:
        raise ValueError
    return text in TRUE


def _array(value: Any) -> list[Any]:
    if isinstance(value, str):
        if not value.startswith("["):
            return [part.strip() for part in value.split(",") if part.strip()]
        value = json.loads(value)  # its ValueError is the caller's
    if not isinstance(value, list):
        raise ValueError
    return value


def structure(args: Json, key: str) -> Any:
    """An argument that is JSON in a form body and a structure in a JSON body, such as blocks."""
    value = args.get(key)
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    return json.loads(value)


def csv(value: str | None) -> list[str]:
    """The parts of a comma-joined list."""
    return [part.strip() for part in (value or "").split(",") if part.strip()]


def for_record(raw: Json) -> Json:
    """Arguments as the record of calls keeps them: structures parsed; without what was drawn (`DRAWN`)."""
    shown: Json = {}
    for key, value in raw.items():
        if key in DRAWN:
            continue
        shown[key] = value
        if key in STRUCTURES and isinstance(value, str):
            try:
                shown[key] = json.loads(value)
            except ValueError:
                continue
    return shown

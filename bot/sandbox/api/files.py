"""files.*: the upload in three steps, and what became of it."""

from ..args import csv
from ..model import Channel, File, Json, Message, SlackError, is_picture, micros
from .call import Call

FILE_MAX = 1_000_000_000
ALT_MAX = 1_000


async def get_upload_url(call: Call) -> Json:
    """Promise a file; its bytes go to the URL answered."""
    length = call.args["length"]
    if length <= 0:
        raise SlackError("invalid_arguments", "must be a positive integer [json-pointer:/length]")
    if length > FILE_MAX:
        raise SlackError("file_upload_size_restricted")
    if len(call.args.get("alt_txt", "")) > ALT_MAX:
        raise SlackError("alt_txt_too_large")
    space = call.space
    if space.uploads == "none":
        raise SlackError("file_uploads_disabled")
    if space.uploads == "images" and not is_picture(call.args["filename"]):
        raise SlackError("file_uploads_except_images_disabled")
    file = File(
        space.new_id("F"),
        call.args["filename"],
        length,
        space.bot_user,
        micros(space.now()) // 1_000_000,
        alt_text=call.args.get("alt_txt", ""),
        upload_key=space.draw(),
    )
    space.files[file.id] = file
    return {"upload_url": f"{call.slack.url}/upload/v1/{file.upload_key}", "file_id": file.id}


async def complete_upload(call: Call) -> Json:
    """Finish uploads, and share them in a channel if one is named."""
    files = [_uploaded(call, item) for item in call.args["files"]]
    if not files:
        raise SlackError("invalid_arguments", "no files [json-pointer:/files]")
    targets = csv(str(call.args.get("channel_id") or "")) or csv(call.args.get("channels"))
    if call.space.uploads != "all" and not all(file.is_image for file in files):
        raise SlackError("file_uploads_except_images_disabled")
    channels = [_target(call, target) for target in targets]
    for file, item in zip(files, call.args["files"], strict=True):
        file.title = str(item.get("title") or file.name)
        file.complete = True
    for channel in channels:
        _share(call, channel, files)
    return {"files": [call.space.file_json(file) for file in files]}


def _uploaded(call: Call, item: object) -> File:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        raise SlackError("invalid_arguments", "must be objects with an id [json-pointer:/files]")
    file = call.space.files.get(item["id"])
    if file is None:
        raise SlackError("file_not_found")
    if file.content is None or file.complete:
        raise SlackError("file_update_failed")  # nothing was uploaded, or it was completed before
    return file


def _target(call: Call, name: str) -> Channel:
    channel = call.space.channels.get(name)
    if channel is None or not call.space.bot_sees(channel):
        raise SlackError("channel_not_found")
    if channel.archived or channel.posting in ("admins", "read_only"):
        raise SlackError("posting_to_channel_denied")
    if call.space.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _share(call: Call, channel: Channel, files: list[File]) -> None:
    space = call.space
    blocks = call.slack.composer.blocks(call.args.get("blocks"), "message")
    thread_ts = call.args.get("thread_ts") or None
    message = Message(
        channel.next_ts(space.now()),
        channel.id,
        space.bot_user,
        text=call.args.get("initial_comment", ""),
        blocks=blocks,
        thread_ts=thread_ts,
        bot_id=space.bot_id,
        app_id=space.app_id,
        subtype="file_share",
        files=[file.id for file in files],
    )
    for file in files:
        file.channels.append(channel.id)
    call.slack.post(message)


async def info(call: Call) -> Json:
    file = call.space.files.get(call.args["file"])
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return {"file": call.space.file_json(file), "comments": [], "response_metadata": {"next_cursor": ""}}


async def delete(call: Call) -> Json:
    """Remove a file; the message it was shared in stays, without it."""
    space = call.space
    file = space.files.get(call.args["file"])
    if file is None:
        raise SlackError("file_not_found")
    if file.user != space.bot_user:
        raise SlackError("cant_delete_file")
    del space.files[file.id]
    for channel in space.channels.values():
        for message in channel.messages.values():
            message.files = [one for one in message.files if one != file.id]
    return {}

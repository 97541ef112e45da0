"""Uses the client that openapi-generator makes: openapi_generator.py FOLDER ORIGIN. Prints what it got as JSON."""
import json
import sys

folder, origin = sys.argv[1:]
sys.path.insert(0, folder)
import openapi_client as rollcall  # noqa: E402

with rollcall.ApiClient(rollcall.Configuration(host=origin)) as client:
    api = rollcall.TimestampsApi(client)
    first = api.record_timestamp(source="og")
    second = api.record_timestamp(record_timestamp_request=rollcall.RecordTimestampRequest(source="og", note="ü"))
    page = api.list_timestamps(source="og", limit=1)
    rest = api.list_timestamps(source="og", before=page.next)
    got = api.get_timestamp(id=first.id)
    try:
        api.record_timestamp(note="\x1b")
        fault = None
    except rollcall.ApiException as error:
        fault = json.loads(error.body)["instance"]
    print(json.dumps({
        "ids": [first.id, second.id],
        "page": [item.id for item in page.items],
        "rest": [item.id for item in rest.items],
        "note": page.items[0].note,
        "same": got == first,
        "micros": first.timestamp.microsecond,
        "timestamp": str(first.timestamp),
        "status": rollcall.ServiceApi(client).check_health().status,
        "fault": fault,
    }))

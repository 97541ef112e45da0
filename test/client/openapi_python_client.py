"""Uses the client that openapi-python-client makes: openapi_python_client.py FOLDER ORIGIN. Prints what it got as JSON."""
import json
import sys

folder, origin = sys.argv[1:]
sys.path.insert(0, folder)
from rollcall_client import Client  # noqa: E402
from rollcall_client.api.service import check_health  # noqa: E402
from rollcall_client.api.timestamps import get_timestamp, list_timestamps, record_timestamp  # noqa: E402
from rollcall_client import models  # noqa: E402

# It names its models of bodies by its version.
Body = getattr(models, "RecordTimestampJsonBody", None) or models.RecordTimestampBody
client = Client(base_url=origin)
# It sends no Accept of its own: whoever sends JSON is answered with JSON.
first = record_timestamp.sync(client=client, body=Body(source="opc"))
second = record_timestamp.sync(client=client, body=Body(source="opc", note="ü"))
page = list_timestamps.sync(client=client, source="opc", limit=1)
rest = list_timestamps.sync(client=client, source="opc", before=page.next_)
got = get_timestamp.sync(client=client, id=first.id)
fault = record_timestamp.sync(client=client, body=Body(note="\x1b"))
print(json.dumps({
    "ids": [str(first.id), str(second.id)],
    "page": [str(item.id) for item in page.items],
    "rest": [str(item.id) for item in rest.items],
    "note": page.items[0].note,
    "same": got.to_dict() == first.to_dict(),
    "micros": first.timestamp.microsecond,
    "timestamp": str(first.timestamp),
    "status": check_health.sync(client=client).status.value,
    "fault": fault.instance,
}))

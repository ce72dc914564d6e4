"""De-duplication is computed off the event loop, on either database."""

import threading

from services.search.library.handlers import placement

RIS = "TY  - JOUR\nTI  - Peer support after stroke\nPY  - 2020\nER  - \n"


async def test_placing_records_holds_up_no_event_loop(library, monkeypatch):
    threads, real = [], placement.place

    def noted(*args, **more):
        threads.append(threading.current_thread())
        return real(*args, **more)

    monkeypatch.setattr(placement, "place", noted)
    await library.upload(RIS)
    assert threads
    assert threading.main_thread() not in threads

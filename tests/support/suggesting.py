"""A service on loopback that speaks the chat-completions interface of OpenAI, with its errors."""

import contextlib
import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-for-tests-alone"
MODEL = "model-x"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        asked = json.loads(self.rfile.read(length))
        model = self.server.model
        model.asked.append(asked)
        status, body, headers = model.answer(self.path, self.headers.get("authorization"), asked)
        with contextlib.suppress(ConnectionError):
            self._send(status, body, headers)

    def _send(self, status, body, headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Model:
    """Suggests what it is told to: `passages` are `(quote, [(label, state)])`; `queue` holds
    answers that come first, as `(status, body, headers)` or as the text of a reply.
    """

    def __init__(self):
        self.asked, self.passages, self.queue = [], [], deque()
        self._held = None

    def hold(self):
        """Answer nothing until the event that is given back is set."""
        self._held = threading.Event()
        return self._held

    def answer(self, path, key, asked):
        """Status, body and headers of an answer."""
        if self._held is not None:
            self._held.wait(30)
        if path != "/v1/chat/completions" or asked["model"] != MODEL:
            return 404, error("model_not_found"), {}
        if key != f"Bearer {KEY}":
            return 401, error("invalid_api_key"), {}
        if self.queue:
            first = self.queue.popleft()
            return first if isinstance(first, tuple) else (200, completion(first), {})
        return 200, completion(json.dumps({"suggestions": self._found(asked)})), {}

    def _found(self, asked):
        part = text_of(asked)
        keys = {one["label"]: one["code"] for one in codebook_of(asked)}
        return [
            {
                "quote": quote,
                "codes": [{"code": keys.get(c, c), "state": state} for c, state in codes],
                "rationale": "it says so",
            }
            for quote, codes in self.passages
            if quote in part
        ]

    def said(self):
        """Everything that was ever sent here, as one text."""
        return json.dumps(self.asked, ensure_ascii=False)


def text_of(asked):
    """The part of a text in a request."""
    return json.loads(asked["messages"][1]["content"])["text"]


def codebook_of(asked):
    """The codes in a request."""
    return json.loads(asked["messages"][0]["content"].split("Codebook:\n", 1)[1])


def completion(content, *, reason="stop", refusal=None, tokens=100):
    """A chat completion with one choice."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": {"prompt_tokens": tokens, "completion_tokens": 0, "total_tokens": tokens},
    }


def error(code, message="said by the service"):
    """An error as the service words it."""
    return {"error": {"message": message, "type": "error", "param": None, "code": code}}


class Serving:
    """The service while it runs."""

    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.model = model = Model()
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        model.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        return model

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

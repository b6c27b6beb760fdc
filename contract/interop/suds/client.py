"""Drives the merchant SOAP API with suds, which the Python samples for resellers used.

Usage: client.py WSDL MERCHANT USER PASSWORD NOTIFICATIONS (contract/interop/README.md)

Suds sends what was left out of a typed value as an absent element, and as an empty one where the
schema makes it mandatory; so it is left out here wherever those samples do.
"""

import sys
from base64 import b64decode, b64encode
from pathlib import Path

import suds
from suds.client import Client

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent / "python"))
from merchant import Api
from scenarios import main


class Suds(Api):
    """Typed values from the factory; base64 is the caller's own work."""

    name = f"suds {suds.__version__}"

    def __init__(self, wsdl):
        self.client = Client(wsdl, cache=None)

    def make(self, type_name, **fields):
        value = self.client.factory.create(type_name)
        for name, field in fields.items():
            if name != "clientRequestTimeout":
                value[name] = field
        return value

    def call(self, operation, **request):
        if request.get("invoiceVersion") == 0:
            del request["invoiceVersion"]
        return getattr(self.client.service, operation)(**request)

    @staticmethod
    def binary(content):
        """A base64Binary to send."""
        return b64encode(content).decode()

    @staticmethod
    def bytes(content):
        """A base64Binary as received."""
        return b64decode(content)


if __name__ == "__main__":
    main(Suds)

"""Drives the merchant SOAP API with zeep, a strict client that we did not write.

Usage: client.py WSDL MERCHANT USER PASSWORD NOTIFICATIONS (contract/interop/README.md)

Zeep refuses an answer whose elements it does not know or that stand in another order than the
WSDL's, so every call that returns is also a check of the answer's schema.
"""

import sys
from pathlib import Path

import zeep

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent / "python"))
from merchant import Api
from scenarios import main

NAMESPACE = "http://external.interfaces.ers.seamless.com/"


class Zeep(Api):
    """Typed values from the schema; bytes are base64 by themselves."""

    name = f"zeep {zeep.__version__}"

    def __init__(self, wsdl):
        self.client = zeep.Client(wsdl)

    def make(self, type_name, **fields):
        return self.client.get_type(f"{{{NAMESPACE}}}{type_name}")(**fields)

    def call(self, operation, **request):
        return self.client.service[operation](**request)

    @staticmethod
    def binary(content):
        """A base64Binary to send."""
        return content

    @staticmethod
    def bytes(content):
        """A base64Binary as received."""
        return content


if __name__ == "__main__":
    main(Zeep)

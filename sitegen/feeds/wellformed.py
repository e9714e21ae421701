"""XML is parsed before it is written (promise 33)."""

from xml.parsers import expat


def checked(text: bytes) -> bytes:
    """The text itself. Raises `ValueError` where it is not well-formed.

    By Expat, which has not written it, and makes no tree of it: twice as quick as lxml.
    """
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(text, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return text

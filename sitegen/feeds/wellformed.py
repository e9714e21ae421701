"""XML is parsed before it is written (promise 33)."""


def checked(text: bytes) -> bytes:
    """The text itself. Raises `ValueError` where it is not well-formed."""
    # Imported where XML is written.
    from lxml import etree  # noqa: PLC0415

    try:
        etree.fromstring(text, etree.XMLParser(huge_tree=True))
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    return text

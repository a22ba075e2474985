"""Numbers, addresses, compared words and messages of errors have names."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from tools.rules.finding import Module, Problem, name_of

BUSINESS: Final = ("app/services/", "app/api/v1/endpoints/")
NEEDS_NAME: Final = re.compile(r"(?![012](\.0)?$)\d|['\"]https?://")  # numbers, addresses
NAMED_CLASSES: Final = re.compile(r"(Enum|Flag|Settings)$")
SAMPLES: Final = re.compile(r"status_code|json_schema_extra|(openapi_)?examples?")
ERRORS: Final = ("Error", "Exception", "Response")
DETAILS: Final = {"detail", "error", "message"}
VALUE: Final = "{value} is a hard-coded value: name it at the top of the module, as in PAID: Final = 'paid', or make it a member of a StrEnum or a setting in app/core/config.py"
INLINE: Final = "{name} is created with an inline message: define a class in app/core/errors.py that holds the message, or assign it first, as in message = …"


def check(module: Module) -> Iterator[Problem]:
    """Yield the values and messages of a module that have no name."""
    nodes = list(ast.walk(module.tree))
    named = {part for node in nodes for place in named_in(node) for part in ast.walk(place)}
    business = nodes if module.path.startswith(BUSINESS) else []
    compared = {part for node in business for part in compared_in(node)}
    for node in nodes:
        match node:
            case ast.Constant(value=value):
                text = ast.unparse(node)
                word = node in compared and isinstance(value, str) and value
                if word or (node not in named and NEEDS_NAME.match(text)):
                    yield node, "SVC201", VALUE.format(value=text)
            case ast.Call(func=function) if has_message(node):
                yield node, "SVC301", INLINE.format(name=name_of(function))


def named_in(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a node whose values have a name, are samples, or need no name."""
    match node:
        case ast.Assign(targets=[target, *_]) | ast.AnnAssign(target=target):
            if name_of(target).isupper():
                yield node
        case ast.ClassDef(bases=bases, body=body):
            named = any(NAMED_CLASSES.search(name_of(base)) for base in bases)
            fields = [part for part in body if isinstance(part, ast.Assign | ast.AnnAssign)]
            for field in fields:  # the field names its default, but not the limits in a call
                if named or isinstance(field.value, ast.Constant | ast.UnaryOp):
                    yield field
        case ast.keyword(arg=str(name)) if SAMPLES.fullmatch(name):
            yield node
        case ast.Subscript(value=ast.Name("Literal"), slice=part):
            yield part
        case ast.Subscript(slice=ast.Constant() as part) | ast.Expr(value=ast.Constant() as part):
            yield part  # an index, a docstring


def compared_in(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a comparison or a pattern compares, each member of a collection by itself."""
    if isinstance(node, ast.Compare | ast.MatchValue):
        for side in ast.iter_child_nodes(node):
            yield from getattr(side, "elts", [side])


def has_message(call: ast.Call) -> bool:
    """Return whether a call creates an error, or the response of one, with an inline message."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if name_of(call.func).endswith("Response"):
        arguments = [each for each in arguments if isinstance(each, ast.Dict)]
    return name_of(call.func).endswith(ERRORS) and any(map(is_message, arguments))


def is_message(node: ast.AST) -> bool:
    """Return whether an expression is a text for people, or a dictionary with the text of an error."""
    match node:
        case ast.Constant(value=str(text)):
            return " " in text.strip()
        case ast.BinOp(left=left, right=right):
            return is_message(left) or is_message(right)
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            return is_message(value)
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            details = [value for key, value in pairs if getattr(key, "value", "") in DETAILS]
            return any(map(is_message, details))
    return isinstance(node, ast.JoinedStr)

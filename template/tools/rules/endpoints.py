"""An endpoint is a signature, a docstring and one call, and documents its answers."""

import ast
import builtins
import re
from collections.abc import Iterator, Set
from typing import Final

from tools.rules.finding import Module, Problem, name_of

FOLDER: Final = "app/api/v1/endpoints/"
METHODS: Final = {"get", "put", "post", "delete", "patch", "head", "options", "api_route"}
ROUTES: Final = METHODS | {"websocket"}
TABLES: Final = "app.db.models"
SESSION: Final = re.compile("AsyncSession|[A-Za-z]*Db")
SERVICE_CALL: Final = re.compile(r"await \w*service\b", re.IGNORECASE)
LIVE: Final = (ast.For, ast.AsyncFor, ast.While, ast.Try)  # allowed where a websocket is open
LOGIC: Final = (
    *(ast.If, ast.IfExp, ast.Match, ast.BoolOp, ast.Compare, ast.Raise, ast.Assert, ast.TryStar),
    *(ast.BinOp, ast.UnaryOp, ast.AugAssign, ast.NamedExpr, ast.Lambda, ast.Slice, ast.Delete),
    *(ast.comprehension, *LIVE),
)
PLAIN: Final = {"bool", "bytes", "dict", "float", "int", "list", "set", "str", "super", "tuple"}
MESSAGES: Final = {
    "SVC101": "uses the session directly ({text}): write the query in a service in app/services, and call it",
    "SVC102": "contains logic ({text}): an endpoint is a signature, a docstring and one call, so move the logic to a service in app/services, which raises an error of app/core/errors.py if needed",
    "SVC103": "has no response model: name the schema that clients receive, as in response_model=ProductRead",
    "SVC104": "documents no errors: list them, as in responses=READ_RESPONSES; app/api/openapi.py defines the usual ones",
    "SVC105": "is hidden from OpenAPI: remove include_in_schema=False",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Broken = tuple[ast.AST, str]  # where, and the code of the rule


def check(module: Module) -> Iterator[Problem]:
    """Yield what is wrong with the endpoints of a module."""
    for _, function in functions_in(module.tree):
        route = route_of(function)
        if route or module.path.startswith(FOLDER):
            for node, code in [*in_body(function), *in_route(module, function, route)]:
                text = ast.unparse(node).strip().partition("\n")[0]
                yield node, code, f"{function.name} {MESSAGES[code].format(text=text)}"


def in_body(function: Function) -> Iterator[Broken]:
    """Yield each use of a session, and the first place that is more than one call."""
    parameters = [node for node in ast.walk(function.args) if isinstance(node, ast.arg)]
    given = {each.arg: names_in(each.annotation) for each in parameters}
    sessions = {name for name, types in given.items() if any(map(SESSION.fullmatch, types))}
    for node in ast.walk(function):
        match node:
            case ast.withitem(ast.Call(ast.Attribute(attr="session")), ast.Name(id=name)):
                sessions.add(name)
            case ast.Attribute(value=ast.Name(id=name)) if name in sessions:
                yield node, "SVC101"
    nodes = [part for statement in function.body for part in ast.walk(statement)]
    logic = [node for node in nodes if is_logic(node, given.keys())]
    if any("WebSocket" in types for types in given.values()):
        logic = [node for node in logic if not isinstance(node, LIVE)]
    else:
        awaited = [node for node in nodes if isinstance(node, ast.Await)]
        logic += [node for node in awaited if SERVICE_CALL.match(ast.unparse(node))][1:]
    yield from ((node, "SVC102") for node in logic[:1])


def is_logic(node: ast.AST, given: Set[str]) -> bool:
    """Return whether a node decides, calculates, or changes an object that was not given."""
    match node:
        case ast.For(body=[ast.Expr(ast.Yield())]) | ast.AsyncFor(body=[ast.Expr(ast.Yield())]):
            return False  # streams what a service yields
        case ast.BinOp(op=ast.BitOr()) | ast.UnaryOp(_, ast.Constant()) | ast.comprehension(ifs=[]):
            return False  # a union of types, a negative number, a conversion of each item
        case ast.Call(func=ast.Name(id=name)):
            return name in vars(builtins).keys() - PLAIN
        case ast.Assign(targets=[ast.Attribute(ast.Name(name)) | ast.Subscript(ast.Name(name))]):
            return name not in given
    return isinstance(node, LOGIC)


def in_route(module: Module, function: Function, route: ast.Call | None) -> Iterator[Broken]:
    """Yield what an endpoint does not document in OpenAPI."""
    if route is None or name_of(route.func) not in METHODS:
        return
    given = {keyword.arg: keyword.value for keyword in route.keywords}
    documented = set(given)
    untyped = {"Any", "object"}
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=called) if name_of(called) == "APIRouter":
                documented |= {keyword.arg for keyword in node.keywords}
            case ast.ImportFrom(module=str(source)) if source.startswith(TABLES):
                untyped |= {alias.asname or alias.name for alias in node.names}
    model = given.get("response_model")
    if names_in(model if names_in(model) - {"None"} else function.returns) & untyped:
        yield function, "SVC103"
    if module.path.startswith(FOLDER) and "responses" not in documented:
        yield function, "SVC104"
    if names_in(given.get("include_in_schema")) == {"False"}:
        yield function, "SVC105"


def functions_in(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Yield the functions of a module and the methods of its classes, with their names."""
    for node in tree.body:
        prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for part in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(part, Function):
                yield prefix + part.name, part


def route_of(function: Function) -> ast.Call | None:
    """Return the decorator that makes a function an endpoint, or None."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(value=ast.Name(), attr=name)) if name in ROUTES:
                return decorator
    return None


def names_in(node: ast.AST | None) -> set[str]:
    """Return the names in an expression, quoted or not."""
    return set(re.findall(r"(?<![\w.])\w+", ast.unparse(node))) if node else set()

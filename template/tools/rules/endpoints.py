"""An endpoint is a signature, a sentence and a call, and says what it answers."""

import ast
from collections.abc import Iterator
from typing import Final

from tools.rules.finding import Finding, Module, name_of, names_in

FOLDER: Final = "app/api/v1/endpoints/"
METHODS: Final = {"get", "put", "post", "delete", "patch", "head", "options", "api_route"}
SESSIONS: Final = {"Db", "AsyncSession"}
TABLES: Final = "app.db.models"
UNTYPED: Final = {"Any", "object"}
ARITHMETIC: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
LOGIC: Final = {
    ast.If: "an if",
    ast.IfExp: "an if",
    ast.Match: "a match",
    ast.For: "a loop",
    ast.AsyncFor: "a loop",
    ast.While: "a loop",
    ast.Try: "a try",
    ast.Raise: "a raise",
    ast.Compare: "a comparison",
}
QUERY: Final = "uses the session itself ({text}): write the query into a service in app/services, and call that"
RULE: Final = (
    "holds {what}: an endpoint is a signature, a sentence and a call, so move the rule into a"
    " service in app/services, which raises an error of app/core/errors.py where it must"
)
MODEL: Final = (
    "has no response model: name the schema that clients receive, as in response_model=ProductRead"
)
ERRORS: Final = (
    "documents no errors: say which it answers, as in responses=READ_RESPONSES; app/api/openapi.py"
    " has the usual ones"
)
HIDDEN: Final = "is hidden from OpenAPI: take include_in_schema=False out"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def check(module: Module) -> Iterator[Finding]:
    """Give what is wrong with the endpoints in a module."""
    own = module.path.startswith(FOLDER)
    shared = words_of_router(module.tree)
    tables = names_from(module.tree, TABLES)
    for function in functions_in(module.tree):
        route = route_of(function)
        if not own and not route:
            continue
        yield from use_of_session(module, function)
        yield from logic(module, function)
        if route:
            yield from silence(module, function, route, tables)
        if route and own and not {"responses"} & ({word.arg for word in route.keywords} | shared):
            yield from module.find(function, "SVC104", f"{function.name} {ERRORS}")


def use_of_session(module: Module, function: Function) -> Iterator[Finding]:
    """Give what an endpoint does with the session but pass it on."""
    arguments = [*function.args.args, *function.args.kwonlyargs]
    sessions = {each.arg for each in arguments if names_in(each.annotation) & SESSIONS}
    for node in ast.walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id=name)) if name in sessions:
                message = QUERY.format(text=ast.unparse(node))
                yield from module.find(node, "SVC101", f"{function.name} {message}")


def logic(module: Module, function: Function) -> Iterator[Finding]:
    """Give the first place where an endpoint decides or calculates."""
    local = {name.id for name in ast.walk(function) if isinstance(name, ast.Name)}
    local -= {each.arg for each in [*function.args.args, *function.args.kwonlyargs]}
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    for node in nodes:
        what = LOGIC.get(type(node), "")
        match node:
            case ast.For(body=[ast.Expr(ast.Yield())]) | ast.AsyncFor(body=[ast.Expr(ast.Yield())]):
                continue  # streams what a service gives
            case ast.BinOp(op=op) | ast.AugAssign(op=op) if isinstance(op, ARITHMETIC):
                what = "a calculation"
            case ast.comprehension(ifs=[_, *_]):
                what = "a filter"
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name))]) if name in local:
                what = "a change of a row"
        if what:
            place = node if hasattr(node, "lineno") else function
            yield from module.find(place, "SVC102", f"{function.name} {RULE.format(what=what)}")
            return


def silence(
    module: Module, function: Function, route: ast.Call, tables: set[str]
) -> Iterator[Finding]:
    """Give what an endpoint does not tell OpenAPI."""
    given = {keyword.arg: keyword.value for keyword in route.keywords}
    model = given.get("response_model", ast.Constant(None))
    if ast.unparse(given.get("include_in_schema", ast.Constant(None))) == "False":
        yield from module.find(function, "SVC105", f"{function.name} {HIDDEN}")
    nameless = ast.unparse(model) == "None"
    if names_in(function.returns if nameless else model) & (tables | UNTYPED):
        yield from module.find(function, "SVC103", f"{function.name} {MODEL}")


def functions_in(tree: ast.Module) -> Iterator[Function]:
    """Give the functions of a module and of its classes; each holds those within it."""
    for node in tree.body:
        for part in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(part, Function):
                yield part


def route_of(function: Function) -> ast.Call | None:
    """Return the decorator that makes a function an endpoint."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(value=ast.Name(), attr=name)) if name in METHODS:
                return decorator
    return None


def words_of_router(tree: ast.Module) -> set[str | None]:
    """Return what a module gives its router, for all endpoints."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    routers = [call for call in calls if name_of(call.func) == "APIRouter"]
    return {keyword.arg for router in routers for keyword in router.keywords}


def names_from(tree: ast.Module, package: str) -> set[str]:
    """Return the names that a module imports from a package."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package)
        for alias in node.names
    }

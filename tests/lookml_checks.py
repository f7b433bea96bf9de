"""What can be said of a Looker project without Looker: each check lists what is wrong, in words."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from tests.lookml import REFERENCE, filters, links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tests.lookml import Node, Project, View

#: Value formats that Looker brings along.
_FORMATS = {"id", "decimal_0", "decimal_1", "decimal_2", "percent_0", "percent_1", "percent_2"}
#: What a filter may begin with: values that the books of every company have.
_EVERYWHERE = {"", "0", "Yes", "Actual"}
#: What a link writes into a filter: a word with a comma or a percent sign is one word, too.
_SAFE = re.compile(
    r"(\w+\.\w+\._)?filterable_value \| url_encode|_filters\['[\w.]+'\] \| url_encode"
)
#: Columns of a dashboard.
_WIDTH = 24
#: What a number needs beside it to be one document's, or one batch's.
_NUMBERS = {
    "reference_number": {"document_type", "module"},
    "batch_number": {"module"},
}
_LIQUID = re.compile(r"{[{%][^}]*?(\w+)\.(\w+)(?:\._|'\])")


def fields_exist(project: Project) -> Iterator[str]:
    """What fields and sets name is there; a measure drills in the Explore that starts from it."""
    for explore in project.explores.values():
        view = project.views[explore.view]
        lists = {f"set {name}": fields for name, fields in view.sets.items()} | {
            name: node["drill_fields"]
            for name, node in view.fields.items()
            if "drill_fields" in node
        }
        for name, fields in lists.items():
            where = f"{view.name}, {name}"
            unknown = {one for one in fields if one.endswith("*") and one[:-1] not in view.sets}
            yield from (f"{where}: no set {one} in {explore.name}" for one in sorted(unknown))
            named = view.expand([one for one in fields if one not in unknown])
            yield from _missing(project, explore.name, named, where)
    for view in project.views.values():
        for own, node in view.fields.items():
            known = _FORMATS | project.formats
            if node.get("value_format_name", "id") not in known:
                yield f"{view.name}.{own}: no format {node['value_format_name']}"
            if "order_by_field" in node and node["order_by_field"] not in view.fields:
                yield f"{view.name}.{own}: no field {node['order_by_field']} to order by"
            for filtered in filters(node):
                if filtered not in view.fields:
                    yield f"{view.name}.{own}: no field {filtered} to filter by"


def explores_exist(project: Project) -> Iterator[str]:
    """Filters, aggregate tables and joins of Explores name what is there."""
    for explore in project.explores.values():
        where = f"explore {explore.name}"
        for name in explore.views:
            if name not in project.views:
                yield f"{where}: no view {name}"
        for rule in explore.node.get("access_filters", ()):
            yield from _missing(project, explore.name, [rule["field"]], where)
        begun = filters(explore.node.get("always_filter", {}))
        yield from _missing(project, explore.name, begun, where)
        for join in explore.joins:
            yield from _missing(
                project, explore.name, REFERENCE.findall(join["sql_on"]), f"{where}, {join['name']}"
            )
        for table in explore.node.get("aggregate_tables", ()):
            there = f"{where}, aggregate table {table['name']}"
            (query,) = table["queries"]
            named = [*query["dimensions"], *query["measures"], *filters(query)]
            yield from _missing(project, explore.name, named, there)
            if table["materialization"]["datagroup_trigger"] not in project.datagroups:
                yield f"{there}: no datagroup {table['materialization']['datagroup_trigger']}"
            # Looker takes an aggregate table only when what it filters users by is in it.
            for rule in explore.node.get("access_filters", ()):
                if rule["field"] not in query["dimensions"]:
                    yield f"{there}: lacks {rule['field']}, which users are filtered by"
            choices = [one for each in project.dashboards.values() for one in each["filters"]]
            asked = {one["field"] for one in choices if one["explore"] == explore.name}
            for name in sorted(asked - {*query["dimensions"]}):
                yield f"{there}: lacks {name}, which dashboards filter by"
    if project.model["persist_with"] not in project.datagroups:
        yield f"the model: no datagroup {project.model['persist_with']}"


def tests_exist(project: Project) -> Iterator[str]:
    """Data tests name Explores and fields that are there, and assert what they ask for."""
    for test in project.tests:
        source = test["explore_source"]
        where = f"test {test['name']}"
        if source["name"] not in project.explores:
            yield f"{where}: no explore {source['name']}"
            continue
        columns = [column["field"] for column in source["columns"]]
        named = [name for sort in source.get("sorts", ()) for name in sort]
        named += [name for one in test["asserts"] for name in REFERENCE.findall(one["expression"])]
        yield from _missing(project, source["name"], [*columns, *named, *filters(source)], where)
        yield from (f"{where}: {name} is not among its columns" for name in {*named} - {*columns})


def joins_do_not_repeat_rows(
    project: Project, keys: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """Every join is many to one, by the whole key of the view that is joined.

    Args:
        project: The project.
        keys: The key of each mart.
    """
    for explore in project.explores.values():
        for join in explore.joins:
            where = f"explore {explore.name}, {join['name']}"
            if (join["relationship"], join["type"]) != ("many_to_one", "left_outer"):
                yield f"{where}: {join['type']}, {join['relationship']}"
            sides = [side.strip() for side in re.split(r"=|\band\b", join["sql_on"])]
            wanted = {f"${{{join['name']}.{column}}}" for column in keys[join["name"]]}
            if {*sides[1::2]} != wanted or join["sql_on"].count("=") != len(wanted):
                yield f"{where}: not joined by its key, {', '.join(keys[join['name']])}"
            # What is counted there would be counted once per row of the Explore's own view.
            if project.views[join["name"]].of("measure"):
                yield f"{where}: a view with measures is joined"


def companies_are_apart(project: Project) -> Iterator[str]:
    """Every Explore is filtered by the user's companies, and tells how fresh it is."""
    for explore in project.explores.values():
        wanted = {"field": f"{explore.view}.company_id", "user_attribute": "company_id"}
        if explore.node.get("access_filters") != [wanted]:
            yield f"explore {explore.name}: users are not filtered by {wanted['field']}"
        if "newest_load_epoch" not in project.views[explore.view].fields:
            yield f"explore {explore.name}: no measure newest_load_epoch"


def money_is_guarded(project: Project) -> Iterator[str]:
    """No visible measure adds amounts up without asking for their currency."""
    for view in project.views.values():
        for name, node in view.of("measure").items():
            if node.get("hidden") != "yes" and node["type"] in {"sum", "average", "min", "max"}:
                for column in REFERENCE.findall(node["sql"]):
                    if column.endswith(("_base", "_group", "_currency")):
                        yield f"{view.name}.{name}: adds up {column} whatever the currency"


def everything_is_described(project: Project) -> Iterator[str]:
    """Descriptions and labels, one primary key per view, dates that are not shifted."""
    for view in project.views.values():
        keys = [name for name, node in view.fields.items() if "primary_key" in node]
        if len(keys) != 1:
            yield f"{view.name}: primary keys {keys}"
        for name, node in view.fields.items():
            if not node.get("description"):
                yield f"{view.name}.{name}: no description"
            if node.get("hidden") != "yes" and not node.get("label"):
                yield f"{view.name}.{name}: no label"
            if node["kind"] == "dimension" and node["type"].startswith("date"):
                datatype = "datetime" if node["type"] == "date_time" else "date"
                if (node.get("convert_tz"), node.get("datatype")) != ("no", datatype):
                    yield f"{view.name}.{name}: Looker would shift it"
    for explore in project.explores.values():
        if not (explore.node.get("label") and explore.node.get("description")):
            yield f"explore {explore.name}: no label or no description"


def dashboards_exist(project: Project) -> Iterator[str]:
    """Tiles and filters of dashboards name what is there, and know each other."""
    for dashboard in project.dashboards.values():
        where = f"dashboard {dashboard['dashboard']}"
        known = {one["name"] for one in dashboard["filters"]}
        for one in dashboard["filters"]:
            there = f"{where}, filter {one['name']}"
            yield from _missing(project, one["explore"], [one["field"]], there)
            if one["default_value"] not in _EVERYWHERE:
                yield f"{there}: begins with {one['default_value']}, which others do not have"
        heard: set[str] = set()
        for tile in dashboard["elements"]:
            yield from _tile(project, tile, known, f"{where}, {tile['name']}")
            heard |= tile.get("listen", {}).keys()
        yield from (f"{where}: nothing listens to {name}" for name in sorted(known - heard))
        places = [
            (row, column)
            for tile in dashboard["elements"]
            for row in range(tile["row"], tile["row"] + tile["height"])
            for column in range(tile["col"], tile["col"] + tile["width"])
        ]
        if len(places) != len(set(places)) or max(column for _, column in places) > _WIDTH - 1:
            yield f"{where}: tiles lie on each other, or beyond the page"
        names = [tile["name"] for tile in dashboard["elements"]]
        if len(names) != len(set(names)):
            yield f"{where}: two tiles of one name"


def _tile(project: Project, tile: Node, known: set[str], where: str) -> Iterator[str]:
    if tile["model"] != "finance" or tile["explore"] not in project.explores:
        yield f"{where}: no explore {tile['model']}::{tile['explore']}"
        return
    sorts = [sort.split()[0] for sort in tile.get("sorts", ())]
    chosen = [*sorts, *tile.get("pivots", ()), *tile.get("hidden_fields", ())]
    yield from _missing(
        project,
        tile["explore"],
        [*tile["fields"], *chosen, *tile.get("filters", ()), *tile.get("listen", {}).values()],
        where,
    )
    yield from (
        f"{where}: {name} is not among its fields" for name in {*chosen} - {*tile["fields"]}
    )
    for name in sorted(tile.get("listen", {}).keys() - known):
        yield f"{where}: listens to {name}, which is no filter"
    # Looker lifts a tile's own filter when the dashboard's is emptied.
    for name in sorted(tile.get("filters", {}).keys() & {*tile.get("listen", {}).values()}):
        yield f"{where}: filters {name}, and listens to it"
    yield from _currencies(tile, where)
    yield from _emptiness(project, tile, where)
    yield from _drills(project, tile, where)
    if tile["fields"][0].endswith((".period_label", ".as_of_month")):
        newest = [f"{tile['fields'][0]} desc"]
        if (tile["sorts"], tile["limit"], tile.get("x_axis_reversed")) != (newest, 24, True):
            yield f"{where}: not the newest 24 periods"


def _currencies(tile: Node, where: str) -> Iterator[str]:
    """Grids have a column of it; headlines show it below the amount; charts say which it is."""
    amounts = [name for name in tile["fields"] if ".total_" in name]
    grid = tile["type"] == "looker_grid" and "pivots" not in tile
    for view in sorted({name.split(".")[0] for name in amounts}):
        if grid and f"{view}.currency_shown" not in tile["fields"]:
            yield f"{where}: amounts without their currency"
    shown = [name.rpartition(".")[2] for name in tile["fields"]]
    if tile["type"] == "single_value":
        told = shown[1:] == ["currency_shown"] and tile.get("show_comparison")
    elif tile["type"] == "looker_single_record":
        told = "currency_shown" in shown
    else:
        told = grid or "note_text" in tile or all(name.endswith("_group") for name in amounts)
    if amounts and (not told or "hidden_fields" in tile):
        yield f"{where}: an amount whose currency is not shown"


def _shown(project: Project, tile: Node) -> list[tuple[str, View, Node]]:
    """The fields of a tile that are there."""
    there = [name for name in tile["fields"] if project.holds(tile["explore"], name)]
    return [(name, *project.find(tile["explore"], name)) for name in there]


def _emptiness(project: Project, tile: Node, where: str) -> Iterator[str]:
    """Amounts that are in the companies' currencies alone say why they are empty."""
    for name, _, node in _shown(project, tile):
        alone = re.search(r"one_currency} = 1(?!.*_group).*_base} end", str(node.get("sql", "")))
        if alone and "where currencies differ" not in tile.get("note_text", ""):
            yield f"{where}: does not say why {name} may be empty"


def _drills(project: Project, tile: Node, where: str) -> Iterator[str]:
    """What a measure leaves out is not behind its figure, either."""
    for name, view, node in _shown(project, tile):
        if "drill_fields" in node:
            for lacking in sorted(_left_out(view, node) - tile.get("filters", {}).keys()):
                yield f"{where}: behind {name} are rows of any {lacking}"


def _left_out(view: View, node: Node) -> set[str]:
    """Dimensions by which the sums behind a measure leave rows out, as `case when`."""
    if node["kind"] == "dimension":
        return set()
    text = str(node.get("sql", ""))
    if node["type"] == "sum":
        cases = " ".join(re.findall(r"case when (.*?) then", text))
        return {f"{view.name}.{name}" for name in REFERENCE.findall(cases)}
    named = (view.fields[name] for name in REFERENCE.findall(text))
    return {name for one in named for name in _left_out(view, one)}


def links_are_safe(project: Project) -> Iterator[str]:
    """Links read fields that are there, and write them so that a filter takes them as one word."""
    for where, url in links(project):
        for said in re.findall(r"{{ *(.*?) *}}", url):
            if not _SAFE.fullmatch(said):
                yield f"{where}: {{{{ {said} }}}} is no safe filter"
        for view, own in _LIQUID.findall(url):
            if view not in project.views or own not in project.views[view].fields:
                yield f"{where}: no field {view}.{own}"


def links_lead_somewhere(project: Project) -> Iterator[str]:
    """Links of fields lead to Explores, fields and dashboards that are there."""
    for where, url in links(project):
        address = urlsplit(url)
        kind, _, target = address.path.strip("/").partition("/")
        values = parse_qsl(address.query.replace("+", "%20"), keep_blank_values=True)
        if kind == "dashboards":
            dashboard = project.dashboards.get(target.removeprefix("finance::"))
            asked = {name for name, _ in values}
            if dashboard is None or not asked <= {one["name"] for one in dashboard["filters"]}:
                yield f"{where}: no dashboard {target} with filters {', '.join(sorted(asked))}"
            continue
        model, _, explore = target.partition("/")
        if kind != "explore" or model != "finance" or explore not in project.explores:
            yield f"{where}: no explore {target}"
            continue
        filtered = {name[2:-1].rpartition(".")[2] for name, _ in values if name.startswith("f[")}
        if "company_id" not in filtered:
            yield f"{where}: leads to every company"
        # Otherwise it finds what the Explore begins with, whatever it came from.
        asked = {name[2:-1] for name, _ in values if name.startswith("f[")}
        for begun in filters(project.explores[explore].node.get("always_filter", {})):
            if begun not in asked:
                yield f"{where}: leads to {explore} without {begun}"
        for number, whole in _NUMBERS.items():
            lacks = whole - filtered - (set() if explore == "general_ledger" else {"module"})
            if number in filtered and lacks:
                yield f"{where}: filters {number} without {', '.join(sorted(lacks))}"
        for name, value in values:
            if name.startswith("f["):
                yield from _missing(project, explore, [name[2:-1]], where)
            elif name in {"fields", "sorts"}:
                yield from _missing(project, explore, value.split(","), where)


def labels(project: Project) -> set[str]:
    """Every word that people read and Looker can translate."""
    found = {project.model["label"]}
    found |= {explore.node["label"] for explore in project.explores.values()}
    for name in {name for explore in project.explores.values() for name in explore.views}:
        view = project.views[name]
        visible = [node for node in view.fields.values() if node.get("hidden") != "yes"]
        found |= {view.label, *(node["label"] for node in visible)}
    for dashboard in project.dashboards.values():
        found |= {dashboard["title"], dashboard["description"]}
        # A filter is explained by what its field is.
        found |= {
            project.find(one["explore"], one["field"])[1]["description"]
            for one in dashboard["filters"]
            if project.holds(one["explore"], one["field"])
        }
        for part in (*dashboard["filters"], *dashboard["elements"]):
            found |= {
                part[name] for name in ("title", "comparison_label", "note_text") if name in part
            }
    return found


def strings_are_complete(project: Project, languages: Iterable[str]) -> Iterator[str]:
    """Every language has every word, and none that nobody sees."""
    wanted = labels(project)
    for language in languages:
        words = project.strings.get(language, {})
        yield from (f"{language}: lacks {word!r}" for word in sorted(wanted - words.keys()))
        yield from (f"{language}: {word!r} is not used" for word in sorted(words.keys() - wanted))
        yield from (f"{language}: {word!r} is empty" for word, text in words.items() if not text)


def files_are_included(project: Project) -> Iterator[str]:
    """Every file is part of the model, once, and what is named is there."""
    (model,) = (path for path in project.texts if path.name.endswith(".model.lkml"))
    names = {f"/{path.relative_to(model.parent).as_posix()}" for path in project.texts}
    # What is named comes before the others of a pattern.
    named = names & {*project.model["includes"]}
    included = []
    for pattern in project.model["includes"]:
        others = names if pattern in named else names - named
        found = [name for name in others if fnmatch(name, pattern)]
        if not found:
            yield f"{model.name}: nothing is {pattern}"
        included += found
    yield from (f"{name}: included twice" for name in {*included} if included.count(name) > 1)
    # The aggregate tables wait until somebody asks for them.
    alone = {"/manifest.lkml", f"/{model.name}", "/components/aggregate_tables.lkml"}
    words = {name for name in names if name.endswith(".strings.json")}
    for name in sorted(names - {*included} - alone - words):
        yield f"{name}: not included in the model"


#: The checks that need nothing but the project.
CHECKS: tuple[Callable[[Project], Iterator[str]], ...] = (
    files_are_included,
    fields_exist,
    explores_exist,
    tests_exist,
    companies_are_apart,
    money_is_guarded,
    everything_is_described,
    dashboards_exist,
    links_are_safe,
    links_lead_somewhere,
)


def _missing(project: Project, explore: str, names: Iterable[str], where: str) -> Iterator[str]:
    for name in names:
        if not project.holds(explore, name):
            yield f"{where}: no field {name} in {explore}"

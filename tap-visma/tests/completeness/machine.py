"""Random lives of a company's books and of the tap that reads them, and what must always hold."""

from __future__ import annotations

import contextlib
import copy
import io
import json
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from singer_sdk.plugin_base import _ConfigInput
from typing_extensions import override

from tap_visma import bookmarks, journals, reading
from tap_visma.first_load import FIRST_LOAD
from tap_visma.streams import ENDPOINTS
from tap_visma.tap import TapVisma
from visma_looker_sandbox.http import Fault

from .kinds import KINDS, Content
from .target import EXTRACTED, FULL, Killed, Message, Pipe, Target
from .world import CLIENT, TENANTS, Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .world import Server

HOUR = 3600.0
BY_STREAM = {kind.stream: kind for kind in KINDS}
TAP_STREAMS = {str(vars(stream)["name"]): stream for stream in ENDPOINTS}

# --- what may happen ---


@dataclass(frozen=True)
class Change:
    """Something that somebody does in Visma.net, or that time does."""

    how: str
    company: int
    kind: int
    nth: int

    def happen(self, machine: Completeness) -> None:
        world = machine.world
        tenant = machine.tenants[self.company % len(machine.tenants)]
        kind = machine.kinds[self.kind % len(machine.kinds)]
        # Committed with a stamp of some minutes before: no more than the overlap allows.
        late = 240.0 if self.nth % 3 == 2 else 0.0
        if self.how == "time":
            world.clock.advance(_MINUTES[self.nth % len(_MINUTES)] * 60)
        elif self.how == "insert":
            world.insert(tenant, kind, 1 + self.nth % 3, seed=self.nth, late=late)
        elif self.how == "touch all":
            world.touch_all(tenant, kind)
        else:
            world.change(tenant, kind, self.nth, self.how, late=late)


_MINUTES = (1, 5, 20, 40, 90, 600)
_HOW = ("insert", "update", "update", "delete", "touch", "release", "pay", "move", "void")


def changes(*how: str) -> st.SearchStrategy[Change]:
    """Changes of some kinds."""
    return st.builds(
        Change,
        how=st.sampled_from(how),
        company=st.integers(0, 1),
        kind=st.integers(0, 1),
        nth=st.integers(0, 40),
    )


WORK = changes(*_HOW)
TIME = changes("time")
CHANGES = changes(*_HOW, "touch all", "time", "time")


@dataclass(frozen=True)
class Meanwhile:
    """Changes that happen while a list is read, just before one of its pages is answered."""

    page: int
    changes: tuple[Change, ...]


MEANWHILE = st.builds(
    Meanwhile,
    page=st.sampled_from((2, 2, 2, 3, 3, 4, 5, 7)),
    changes=st.lists(CHANGES, min_size=1, max_size=3).map(tuple) | st.tuples(WORK, TIME, WORK),
)


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with the calls of a run.

    `times` of None lasts to the end of the run.
    """

    kind: str
    after: int
    times: int | None
    status: int = 500

    def arm(self, machine: Completeness) -> None:
        if self.kind == "company":
            machine.world.refused.add(machine.tenants[self.after % len(machine.tenants)])
            return
        paths = [kind.path for kind in machine.kinds]
        path = f"^{paths[self.after % len(paths)]}$" if self.after % 3 else "^/v"
        machine.world.faults.armed.append(
            Fault(
                self.kind,
                path=path,
                after=self.after // 2,
                times=self.times,
                status=self.status if self.kind == "status" else None,
                retry_after=30 if self.kind == "429" else None,
            )
        )


TROUBLES = st.builds(
    Trouble,
    kind=st.sampled_from(
        ("status", "status", "html", "truncated", "cut", "not_json", "429", "revoke", "company")
    ),
    after=st.integers(0, 16),
    times=st.sampled_from((1, 2, None, None)),
    status=st.sampled_from((500, 503, 403, 400)),
)


@dataclass(frozen=True)
class Kill:
    """The tap dies before a message, having sent `sent`; the target has written and saved less."""

    before: int
    written: float
    saved: float


@dataclass(frozen=True)
class Plan:
    """How a run goes."""

    full: bool = False
    meanwhile: tuple[Meanwhile, ...] = ()
    trouble: Trouble | None = None
    kill: Kill | None = None
    state_is_lost: bool = False
    at_once: int = 1
    calls_an_hour: int = 15_000
    stop: bool = False
    max_calls: int | None = None
    clock_set_by: float = 0.0


QUIET = Plan()
QUIET_AND_FULL = Plan(full=True)
_SHARE = st.sampled_from((1.0, 0.0, 0.5, 0.9))
PLANS = st.builds(
    Plan,
    full=st.sampled_from((False, False, False, True)),
    meanwhile=st.lists(MEANWHILE, max_size=3).map(tuple),
    trouble=st.none() | st.none() | TROUBLES,
    kill=st.none() | st.none() | st.builds(Kill, st.integers(0, 60), _SHARE, _SHARE),
    state_is_lost=st.sampled_from((False,) * 7 + (True,)),
    at_once=st.sampled_from((1, 1, 3)),
    calls_an_hour=st.sampled_from((15_000, 15_000, 3)),
    stop=st.sampled_from((False, False, True)),
    max_calls=st.sampled_from((None, None, None, 4, 12)),
    clock_set_by=st.sampled_from((0.0, 0.0, 0.0, 5 * HOUR, 5 * HOUR)),
)


@dataclass
class Outcome:
    """How a run went."""

    begin: int
    end: int
    given: dict[str, Any]
    exit_code: int | None
    messages: list[Message]
    told: list[dict[str, Any]] = field(default_factory=list)
    written: int = 0
    saved: int = 0

    @property
    def last_state(self) -> dict[str, Any]:
        states: list[dict[str, Any]] = [m["value"] for m in self.messages if m["type"] == "STATE"]
        return states[-1]

    @property
    def outcomes(self) -> dict[Part, dict[str, Any]]:
        return {(row["stream"], row["company_id"], row["partition"]): row for row in self.told}


class Completeness(RuleBasedStateMachine):
    """One life. What must hold is checked after every run, whichever way it ended.

    Attributes:
        pinned: What is drawn when a life begins, and not to be drawn.
        changes: What people do between two runs.
        plans: How runs go.
        by_plans_only: Whether no run goes otherwise, but for the last ones.
    """

    server: Server
    pinned: Mapping[str, Any] = MappingProxyType({})
    changes = CHANGES
    plans = PLANS
    by_plans_only = False
    holds = False
    lives = 0

    # --- the beginning ---

    @initialize(
        drawn=st.fixed_dictionaries(
            {
                "companies": st.sampled_from((1, 1, 2)),
                "streams": st.lists(
                    st.sampled_from(sorted(BY_STREAM)), min_size=1, max_size=2, unique=True
                ),
                "rows": st.integers(0, 20),
                "seed": st.integers(2, 3),
                "hours_between": st.sampled_from((0, 5)),
                "page_size": st.sampled_from((None, 3, 4)),
                "payments_touch": st.booleans(),
                "hours_before_summer_time_ends": st.sampled_from((30, 3, 1, 0.5, -24)),
                "small_limits": st.booleans(),
                "interrupted": st.booleans(),
            }
        ),
        unknowns=st.fixed_dictionaries(
            {
                "server_zone": st.sampled_from(("Europe/Oslo", "UTC")),
                "journal_paging": st.sampled_from(("lines", "batches")),
                "order": st.sampled_from(("number", "oldest", "newest")),
                "default_condition": st.sampled_from((">=", ">")),
                "unexpanded": st.sampled_from(("absent", "null", "empty")),
                "max_page_size": st.sampled_from((10, 25, 100, 1000)),
            }
        ),
    )
    def begin(self, drawn: dict[str, Any], unknowns: dict[str, Any]) -> None:
        type(self).lives += 1
        drawn |= {name: value for name, value in self.pinned.items() if name in drawn}
        unknowns |= {name: value for name, value in self.pinned.items() if name in unknowns}
        self.world = self.server.new_world(unknowns, payments_touch=drawn["payments_touch"])
        self.world.clock.advance(-HOUR * drawn["hours_before_summer_time_ends"])
        # Lists here are short: the tap's limits for long ones are made short, too.
        small = drawn["small_limits"]
        vars(reading)["MOST_PAGES_IN_ONE_PIECE"] = 2 if small else 100
        bookmarks._MOST_LISTED = 3 if small else 2000
        journals._MOST_RECENT = 2 if small else 500
        self.tenants = TENANTS[: drawn["companies"]]
        self.kinds = [BY_STREAM[stream] for stream in drawn["streams"]]
        self.page_size: int | None = drawn["page_size"]
        self.target = Target()
        self.saved: list[dict[str, Any]] = [{}]
        self.full_from: dict[Part, int] = {}
        self.unsure: set[Part] = set()
        self.told: dict[Part, dict[str, dict[str, Any]]] = {}
        self.nothing_changed_since_success: int | None = None
        for tenant in self.tenants:
            self.world.found(tenant)
            for kind in self.kinds:
                for seed in range(drawn["seed"], drawn["seed"] + 5, 2):
                    self.world.insert(tenant, kind, drawn["rows"] // 3, seed=seed)
                    self.world.clock.advance(HOUR * drawn["hours_between"])
        self.holds = True
        if drawn["interrupted"]:  # the first load
            plan = Plan(max_calls=4)
            self.check(plan, self.read(plan))

    # --- what happens ---

    @rule(changes=st.runner().flatmap(lambda it: st.lists(it.changes, min_size=1, max_size=5)))
    def people_work(self, changes: list[Change]) -> None:
        for change in changes:
            change.happen(self)

    @rule(hours=st.sampled_from((0.25, 0.5, 1, 12, 72)))
    def time_passes(self, hours: float) -> None:
        self.world.clock.advance(hours * HOUR)

    @rule(plan=st.runner().flatmap(lambda it: it.plans))
    def run(self, plan: Plan) -> None:
        self.check(plan, self.read(plan))

    @precondition(lambda self: not self.by_plans_only)
    @rule()
    def run_twice_in_peace(self) -> None:
        for _ in range(2):
            self.check(QUIET, self.read(QUIET))

    @precondition(lambda self: not self.by_plans_only)
    @rule(
        full=st.lists(st.booleans(), min_size=1, max_size=3),
        changes=st.lists(CHANGES, max_size=3),
    )
    def the_clock_is_set_back_for_a_while(self, full: list[bool], changes: list[Change]) -> None:
        # With a state that was lost, too, there is nothing to tell that it was set back.
        self.check(QUIET, self.read(QUIET))
        self.world.clock.set_by(-5 * HOUR)
        for is_full in full:
            for change in changes:
                change.happen(self)
            plan = Plan(full=is_full)
            self.check(plan, self.read(plan))
        self.world.clock.set_by(5 * HOUR)

    @rule(nth=st.integers(0, 20))
    def an_older_state_is_restored(self, nth: int) -> None:
        self.target.state = copy.deepcopy(self.saved[nth % len(self.saved)])
        self.nothing_changed_since_success = None

    @override
    def teardown(self) -> None:
        if self.holds:
            for plan in (QUIET, QUIET_AND_FULL, QUIET):
                self.check(plan, self.read(plan))

    # --- a run of the tap ---

    def read(self, plan: Plan) -> Outcome:
        """Runs the tap; the target takes what arrives."""
        self.arrange(plan)
        begin, given = self.world.tick, copy.deepcopy(self.target.state)
        pipe = Pipe(plan.kill.before if plan.kill else None)
        exit_code = self.invoke(plan, pipe)
        messages = pipe.messages()
        outcome = Outcome(begin, self.world.tick, given, exit_code, messages)
        written = saved = len(messages)
        if plan.kill and exit_code is None:
            written = round(plan.kill.written * len(messages))
            saved = round(plan.kill.saved * written)
        elif plan.state_is_lost:
            saved = 0
        outcome.written, outcome.saved = written, saved
        outcome.told = self.target.take(messages[:written])
        self.target.save(messages[:saved])
        note(f"run: exit code {exit_code}, {written} of {len(messages)} written, {saved} saved")
        return outcome

    def arrange(self, plan: Plan) -> None:
        world = self.world
        world.begin_run()
        world.clock.advance(5)
        world.unknowns.rate_limit = plan.calls_an_hour
        world.clock.set_by(plan.clock_set_by)
        for meanwhile in plan.meanwhile:
            for change in meanwhile.changes:
                tenant = self.tenants[change.company % len(self.tenants)]
                kind = self.kinds[change.kind % len(self.kinds)]
                world.plan.setdefault((tenant, kind.path, meanwhile.page), []).append(
                    partial(change.happen, self)
                )
        if plan.trouble:
            plan.trouble.arm(self)

    def invoke(self, plan: Plan, pipe: Pipe) -> int | None:
        """The tap's own entry; gives its exit code, None if it was killed."""
        config: dict[str, Any] = {
            **CLIENT,
            "api_url": self.server.url,
            "token_url": f"{self.server.url}/connect/token",
            "companies": [
                {"tenant_id": tenant, "company_id": tenant.upper()} for tenant in self.tenants
            ],
            "detect_deletes": plan.full,
            "max_concurrent_requests": plan.at_once,
            "on_allowance_exhausted": "stop" if plan.stop else "wait",
        }
        limits = {"page_size": self.page_size, "max_calls": plan.max_calls}
        config |= {name: limit for name, limit in limits.items() if limit}

        taps: list[TapVisma] = []

        class Tap(TapVisma):
            clock = self.world.clock
            stream_types = tuple(TAP_STREAMS[kind.stream] for kind in self.kinds)

            def __init__(self, **kwargs: Any) -> None:
                super().__init__(**kwargs)
                taps.append(self)

        try:
            with contextlib.redirect_stdout(pipe):  # type: ignore[type-var]
                Tap.invoke(
                    config=_ConfigInput(config=config),
                    state=io.StringIO(json.dumps(self.target.state)),
                )
        except SystemExit as ended:
            return int(ended.code or 0)
        except Killed:
            return None
        finally:
            for tap in taps:  # no call of this run is left to the next
                for client in tap._clients.values():
                    client._callers.shutdown(cancel_futures=True)
        return 0

    # --- what must hold ---

    def check(self, plan: Plan, run: Outcome) -> None:
        self.holds, before = False, run.given
        outcomes = run.outcomes
        failed = {part for part, row in outcomes.items() if row["outcome"] == "failed"}
        if run.exit_code == 0:
            assert outcomes.keys() == self.parts(), "each part is told of"
            assert not failed, "a success is complete"
        elif run.exit_code == 1 and run.written:
            assert failed, "a failure is told"
        if plan in {QUIET, QUIET_AND_FULL}:
            assert run.exit_code == 0, "nothing went wrong, and the run failed"
        for part in failed:
            assert entry(run.last_state, part) == entry(before, part), f"{part}: its state moved"
            assert beside(run.last_state, part) == beside(before, part), f"{part}: a marker is left"
        for part in sorted(self.parts()):
            row = outcomes.get(part, {})
            succeeded = row.get("outcome") == "success"
            if succeeded and row["mode"] in FULL:
                self.full_from[part] = run.begin
            if succeeded or bookmark(self.target.state, part) != bookmark(before, part):
                self.check_rows(part, run, full=succeeded and row["mode"] in FULL)
            if succeeded:
                self.check_news(part, run)
        if self.nothing_changed_since_success == self.world.tick and not plan.full:
            assert {row["rows_new"] for row in outcomes.values()} <= {0}, "nothing is new"
        complete = run.exit_code == 0 and run.saved
        self.nothing_changed_since_success = run.begin if complete else None
        self.saved.append(copy.deepcopy(self.target.state))
        self.holds = True

    def check_rows(self, part: Part, run: Outcome, *, full: bool) -> None:
        """The rows of a part are those of the books as they were when the run began, or later."""
        stream, company, partition = part
        kind, tenant = BY_STREAM[stream], company.lower()
        if (tenant, kind.path, partition) in self.world.masked:
            self.unsure.add(part)  # until a full pass
        elif full:
            self.unsure.discard(part)
        if part in self.unsure:
            return
        view = self.target.view(kind, company, partition)
        full_from = self.full_from.get(part, -1)
        for number, states in self.world.states(tenant, kind, run.begin, run.end):
            if kind.partition(Content(int(number), 0)) != partition:
                continue
            seen = view.get(number)
            where = f"{company} {stream} {number}"
            if seen is None:
                assert None in states, f"{where} is missing"
            elif not any(same(seen, state) for state in states if state is not None):
                assert None in states, f"{where} is not what it was, but {seen}"
                since_full = self.world.states_of(tenant, kind, number, full_from, run.end)
                assert any(since_full), f"{where} was deleted before the last full pass"

    def check_news(self, part: Part, run: Outcome) -> None:
        """No change is hidden from those who ask whether there is news."""
        stream, company, partition = part
        kind = BY_STREAM[stream]
        rows = {
            number: {name: value for name, value in row.items() if name != EXTRACTED}
            for number, row in self.target.rows(kind, company, partition).items()
        }
        known = self.told.get(part, {})
        there = {
            number
            for number, states in self.world.states(company.lower(), kind, run.begin, run.end)
            if states[-1] is not None  # what a killed run wrote may go before this one comes to it
        }
        new = sum(known.get(number) != rows[number] for number in rows.keys() & there)
        told = run.outcomes[part]["rows_new"]
        assert told >= new, f"{part}: {told} new rows are told, {new} are"
        self.told[part] = rows

    def parts(self) -> set[Part]:
        return {
            (kind.stream, tenant.upper(), partition)
            for kind in self.kinds
            for tenant in self.tenants
            for partition in kind.partitions
        }


def entry(state: dict[str, Any], part: Part) -> dict[str, Any]:
    """What a state holds of a part; of a whole company where there is no partition."""
    stream, company, partition = part
    partitions = state.get("bookmarks", {}).get(stream, {}).get("partitions", [])
    of_company = [one for one in partitions if one["context"]["company_id"] == company]
    kept = of_company[0] if of_company else {}
    if partition:
        kept = kept.get("parts", {}).get(partition, {})
    if FIRST_LOAD in kept:  # it may go on; nothing else is kept before it is complete
        return {}
    return {name: value for name, value in kept.items() if name != "context"}


def beside(state: dict[str, Any], part: Part) -> dict[str, Any]:
    """What a state holds of the stream of a part beside the partitions: the SDK's own markers."""
    of_stream = state.get("bookmarks", {}).get(part[0], {})
    return {name: value for name, value in of_stream.items() if name != "partitions"}


def bookmark(state: dict[str, Any], part: Part) -> Any:
    """How far a part has been read, by a state."""
    kept = entry(state, part)
    return kept.get("replication_key_value"), kept.get("rows")


def same(row: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether a row in the warehouse is a record of Visma's."""
    return all(row.get(name) == value for name, value in expected.items())


DEEP = settings.default is not None and settings.default.max_examples > 100
"""Whether thousands of lives are wanted: `--hypothesis-profile=deep`."""

LIVES = 300 if DEEP else 20


def live(
    life: type[Completeness], server: Server, *, until_the_first_failure: bool = False
) -> None:
    """Lives many lives.

    Args:
        life: What is pinned is pinned in its class.
        server: Where the books are served.
        until_the_first_failure: It is expected; no shorter one is looked for.
    """
    life.server = server
    chosen = settings(
        max_examples=300 if until_the_first_failure else LIVES,
        stateful_step_count=8,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    if until_the_first_failure:
        chosen = settings(chosen, phases=[Phase.generate], derandomize=True, database=None)
    run_state_machine_as_test(life, settings=chosen)

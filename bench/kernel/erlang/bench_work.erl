%% The cases: run(Case, Rounds) -> {Nanoseconds, Checksum} or {Nanoseconds, Checksum, P99}.
%%
%% Round i adds i + 1 to the checksum, and only what really served, started or
%% ended knows the 1: cases.ts has the same sum. Cases whose rounds take
%% microseconds time each round, without what prepares it, and give the 99th
%% percentile as well.
-module(bench_work).
-export([run/2]).

-define(CLIENTS, 16).
-define(TURNS, 100).
-define(BATCH, 500).
-define(RESTARTS, 50).

run("mailbox-call", N) ->
    {ok, Cell} = bench_cell:start_link(),
    timed(Cell, fun() -> calls(Cell, 0, 1, N, 0) end);
run("mailbox-call:busy", N) ->
    {ok, Cell} = bench_cell:start_link(),
    timed(Cell, fun() -> lists:sum(together(?CLIENTS, fun(C) -> calls(Cell, C, ?CLIENTS, N, 0) end)) end);
run("mailbox-cast", N) ->
    {ok, Cell} = bench_cell:start_link(),
    timed(Cell, fun() -> casts(Cell, 0, N), {_, Noted} = gen_server:call(Cell, served), Noted end);
run("switch", N) ->
    Start = now_ns(),
    Sum = lists:sum(together(?TURNS, fun(C) -> yields(C, N, 0) end)),
    {now_ns() - Start, Sum};
run("spawn", N) ->
    {ok, Sup} = bench_cells:start_link(dynamic),
    rounds(N, fun(Sum, I) ->
        Start = now_ns(),
        {ok, Cell} = supervisor:start_child(Sup, []),
        Next = gen_server:call(Cell, {first, Sum, I}),
        Time = now_ns() - Start,
        ok = supervisor:terminate_child(Sup, Cell),
        {Time, Next}
    end);
run("crash-notice", N) ->
    rounds(N, fun(Sum, I) ->
        {Victim, Monitor} = spawn_monitor(fun() -> receive {crash, J} -> exit({crash, J + 1}) end end),
        Start = now_ns(),
        Victim ! {crash, I},
        receive {'DOWN', Monitor, process, Victim, {crash, Next}} -> {now_ns() - Start, Sum + Next} end
    end);
run("restart", N) ->
    process_flag(trap_exit, true),
    rounds(N, fun(Sum, I) ->
        Victim = victim(I),
        Start = now_ns(),
        {'EXIT', {crash, _}} = (catch gen_server:call(Victim, crash)),
        Cell = up(),
        Next = gen_server:call(Cell, {first, Sum, I}),
        put(cell, Cell),
        {now_ns() - Start, Next}
    end).

%% A supervisor keeps a list of its restarts within the period, and walks it with each: so now and then a new one.
victim(I) when I rem ?RESTARTS =/= 0 -> get(cell);
victim(_) ->
    case get(supervisor) of
        undefined -> ok;
        Old -> exit(Old, kill), receive {'EXIT', Old, killed} -> ok end
    end,
    {ok, Supervisor} = bench_cells:start_link({restarting, self()}),
    put(supervisor, Supervisor),
    up().

now_ns() -> erlang:monotonic_time(nanosecond).

up() -> receive {up, Cell} -> Cell end.

%% What Work returns, and how many messages the cell has served for it.
timed(Cell, Work) ->
    Start = now_ns(),
    Sum = Work(),
    Time = now_ns() - Start,
    {Served, _} = gen_server:call(Cell, served),
    {Time, Sum + Served}.

calls(Cell, I, Step, N, Sum) when I < N -> calls(Cell, I + Step, Step, N, gen_server:call(Cell, {step, Sum, I}));
calls(_, _, _, _, Sum) -> Sum.

%% A mailbox has a bound under Atoll, so now and then the sender waits until all is served.
casts(Cell, I, N) when I < N ->
    gen_server:cast(Cell, {note, I}),
    I rem ?BATCH =:= ?BATCH - 1 andalso gen_server:call(Cell, served),
    casts(Cell, I + 1, N);
casts(_, _, _) -> ok.

yields(I, N, Sum) when I < N -> erlang:yield(), yields(I + ?TURNS, N, Sum + I + 1);
yields(_, _, Sum) -> Sum.

%% Results of processes 0 to Count - 1 that run side by side.
together(Count, Work) ->
    Self = self(),
    Pids = [spawn_link(fun() -> receive go -> Self ! {self(), Work(C)} end end) || C <- lists:seq(0, Count - 1)],
    [Pid ! go || Pid <- Pids],
    [receive {Pid, Result} -> Result end || Pid <- Pids].

rounds(N, Round) -> rounds(0, N, Round, 0, []).
rounds(I, N, Round, Sum, Times) when I < N ->
    {Time, Next} = Round(Sum, I),
    rounds(I + 1, N, Round, Next, [Time | Times]);
rounds(_, N, _, Sum, Times) ->
    {lists:sum(Times), Sum, lists:nth(max(1, N - N div 100), lists:sort(Times))}.

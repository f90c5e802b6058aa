%% The peer's process: `erl -s bench_peer` speaks the lines that ../../harness/session.ts describes.
-module(bench_peer).
-export([start/0]).

start() ->
    %% Crashes are what is measured, not how they are written to a terminal.
    logger:set_primary_config(level, none),
    io:format("ready~n"),
    serve().

serve() ->
    case io:get_line("") of
        Line when is_list(Line) ->
            [Case, Rounds] = string:lexemes(Line, " \n"),
            answer(in_a_process(fun() -> bench_work:run(Case, list_to_integer(Rounds)) end)),
            serve();
        _ ->
            init:stop()
    end.

%% Each sample in a process of its own, which takes its cells and its garbage with it.
in_a_process(Work) ->
    {Pid, Monitor} = spawn_monitor(fun() -> exit({result, Work()}) end),
    receive {'DOWN', Monitor, process, Pid, Reason} -> Reason end.

answer({result, Sample}) ->
    [Time, Checksum | Rest] = tuple_to_list(Sample),
    Words = [integer_to_list(Word) || Word <- [Time, Checksum rem (1 bsl 32) | Rest]],
    io:format("~s~n", [lists:join(" ", Words)]);
answer(Reason) ->
    io:format("error ~s~n", [re:replace(io_lib:format("~0p", [Reason]), "\\s+", " ", [global])]).

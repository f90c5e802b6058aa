%% Supervisors of cells: one that restarts its child, one whose children are spawned.
-module(bench_cells).
-behaviour(supervisor).
-export([start_link/1, init/1]).

start_link(What) -> supervisor:start_link(?MODULE, What).

%% More failures in a second than any run has: only the restart itself is measured.
-define(INTENSITY, 100000000).

init({restarting, Watcher}) ->
    Child = #{id => cell, start => {bench_cell, start_link, [Watcher]}},
    {ok, {#{strategy => one_for_one, intensity => ?INTENSITY, period => 1}, [Child]}};
init(dynamic) ->
    Child = #{id => cell, start => {bench_cell, start_link, []}, restart => temporary},
    {ok, {#{strategy => simple_one_for_one, intensity => ?INTENSITY, period => 1}, [Child]}}.

%% The process that every case talks to: what guests/lean/cell.ts is under Atoll.
-module(bench_cell).
-behaviour(gen_server).
-export([start_link/0, start_link/1, init/1, handle_call/3, handle_cast/2]).

start_link() -> gen_server:start_link(?MODULE, none, []).
%% Tells Watcher of each start.
start_link(Watcher) -> gen_server:start_link(?MODULE, Watcher, []).

%% State: calls and casts in this life, sum of what was cast.
init(none) -> {ok, {0, 0}};
init(Watcher) -> Watcher ! {up, self()}, {ok, {0, 0}}.

handle_call({step, Sum, I}, _, {Served, Noted}) -> {reply, Sum + I, {Served + 1, Noted}};
handle_call({first, Sum, I}, _, {Served, Noted}) -> {reply, Sum + I + Served + 1, {Served + 1, Noted}};
handle_call(served, _, {Served, Noted}) -> {reply, {Served, Noted}, {Served, Noted}};
handle_call(crash, _, State) -> {stop, crash, State}.

handle_cast({note, I}, {Served, Noted}) -> {noreply, {Served + 1, Noted + I}}.

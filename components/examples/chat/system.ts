/**
 * Chat rooms as processes: thousands of them, made while the system runs.
 *
 *     evening ──▶ lobby ──spawn──▶ room       (hundreds)
 *                   │               ▲ │
 *                   │     join, say │ │ hear
 *                   │               │ ▼
 *                   └─────spawn──▶ visitor    (thousands)
 *
 * The lobby gives each visitor a handle of its room, by which it may come in and
 * say so much in a second; each visitor gives its room one of itself, by which it
 * can be spoken to, and no more. Nobody else is in the way of what is said.
 *
 * `atoll run system.ts -- ROOMS VISITORS SECONDS`
 */
import { clock, console, defineSystem } from "atoll-os";

export default defineSystem(({ arguments: [rooms = "300", visitors = "9", seconds = "3"] }) => ({
  name: "chat",
  processes: {
    room: {
      component: "./room.ts",
      imports: { "chat:ears/api-process": { handles: "visitor", cast: ["hear"] } },
    },
    visitor: {
      component: "./visitor.ts",
      // Handles of itself, and the one of a room that it is given.
      imports: {
        "chat:ears/api-process": "visitor",
        "chat:room/api-process": { handles: "room", cast: ["join", "say"] },
      },
      restart: "temporary",
    },
    lobby: {
      component: "./lobby.ts",
      imports: {
        "chat:room/api-process": { spawn: "room" },
        "chat:visitor/api-process": { spawn: "visitor" },
      },
      // It holds a handle of each, and monitors every room.
      quotas: { records: 5000, handles: 30_000 },
    },
    evening: {
      component: "./evening.ts",
      imports: { "chat:lobby/api": "lobby" },
      grants: [clock(), console()],
      configuration: { rooms, visitors, seconds },
    },
  },
  supervisor: {
    children: [
      { name: "rooms", strategy: "dynamic", child: "room", most: 2000, intensity: 16, window: 1000 },
      { name: "visitors", strategy: "dynamic", child: "visitor", most: 12_000 },
      "lobby",
      "evening",
    ],
  },
  entry: "evening",
}));

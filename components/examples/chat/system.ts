/**
 * Chat rooms as processes: thousands of them, made while the system runs.
 *
 *     evening ──▶ lobby ──spawn──▶ room       (hundreds)
 *                   ▲  └───spawn──▶ visitor    (thousands)
 *                   └── say, pass-on (casts) ──┘
 *
 * `atoll run system.ts -- ROOMS VISITORS SECONDS`
 */
import { clock, console, defineSystem } from "atoll-os";

export default defineSystem(({ arguments: [rooms = "300", visitors = "9", seconds = "3"] }) => ({
  name: "chat",
  processes: {
    room: {
      component: "./room.ts",
      imports: { "chat:desk/api": { process: "lobby", cast: ["pass-on"] } },
    },
    visitor: {
      component: "./visitor.ts",
      imports: { "chat:desk/api": { process: "lobby", cast: ["say"] } },
    },
    lobby: {
      component: "./lobby.ts",
      imports: {
        "chat:room/api-process": { spawn: "room", cast: ["say"] },
        "chat:visitor/api-process": { spawn: "visitor", cast: ["hear"] },
      },
      mailbox: { messages: 100_000, bytes: 16 * 1024 * 1024 },
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

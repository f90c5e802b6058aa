/** What programs expect of a JavaScript engine, and QuickJS does not have. */
import "./promise.js";
import "./text-coding.js";
import "./clone.js";
import "./console.js";
import "./crypto.js";
import "./timers.js";

/**
 * Node's HTTP. What `import`s it loads the whole of `fetch`, as that is where Node has its `WebSocket` from: 20 ms and
 * 6 MB of every start.
 */
export const { Agent, createServer, get, request, ServerResponse } = process.getBuiltinModule('node:http');

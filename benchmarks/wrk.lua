-- Sends one kind of request to rows taken in turn, and prints the figures as one line of JSON.
-- Arguments: the method; the path, in which {id} stands for an id; how many rows there are.

local method, path, rows, number

function init(args)
   method, path, rows = args[1], args[2], tonumber(args[3])
   number = math.random(rows)
   if method ~= "GET" then
      wrk.headers["Content-Type"] = "application/json"
   end
end

function request()
   number = number % rows + 1
   local body = method ~= "GET" and string.format('{"name": "Sample %d", "price": %d.5}', number, number) or nil
   return wrk.format(method, (path:gsub("{id}", number)), nil, body)
end

function done(summary, latency, _)
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "seconds": %.6f, "p50": %.6f, "p99": %.6f, "errors": %d}\n',
      summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
      errors.connect + errors.read + errors.write + errors.status + errors.timeout
   ))
end

-- What wrk sends, from its environment, and what it found, as one line of JSON.
wrk.method = os.getenv("LOAD_METHOD")
wrk.path = os.getenv("LOAD_PATH")

local token = os.getenv("LOAD_TOKEN")
if token ~= "" then
   wrk.headers["Authorization"] = "Bearer " .. token
end

local body = os.getenv("LOAD_BODY")
if body ~= "" then
   wrk.body = body
   wrk.headers["Content-Type"] = "application/json"
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "failed": %d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end

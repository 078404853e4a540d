-- Sends requests for a room that were filled in before: every one from a session and an address of its own.
-- A line of the arguments' file is the address of the last page and the key of the session.
local requests, token, pressing, nth = {}, string.rep("a", 32), nil, 0
not_sent = 0

function setup(thread) pressing = thread end

function init(arguments)
  math.randomseed(os.time() + os.clock() * 1000000)
  for line in io.lines(arguments[1]) do requests[#requests + 1] = line end
  nth = math.random(#requests)
end

function request()
  nth = nth % #requests + 1
  local path, session = string.match(requests[nth], "^(%S+) (%S+)$")
  return wrk.format("POST", path, {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["Cookie"] = "csrftoken=" .. token .. "; sessionid=" .. session,
    ["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(1, 254)),
  }, "csrfmiddlewaretoken=" .. token)
end

-- Who asked is sent on to their booking; any other answer is a request that was not made.
function response(status)
  if status ~= 302 then not_sent = not_sent + 1 end
end

function done() print("Not accepted: " .. pressing:get("not_sent")) end
